#include "bridges/timeline/mastodon_streams.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "bridges/timeline/json_answer.h"

namespace fedmsgbot {

namespace {

using Json = MastodonView::Json;

constexpr std::size_t most_unheard = 4096;  // bytes of complaints that a client does not fetch

enum class Audience { all, tag, nobody, user };

struct StreamName {
    std::string_view name;
    Audience audience;
};

// All that Mastodon documents. Everything here is our own and has no pictures: those of nobody exist, and never say
// anything.
constexpr std::array<StreamName, 12> streams = {{{"public", Audience::all},
                                                 {"public:local", Audience::all},
                                                 {"public:media", Audience::nobody},
                                                 {"public:local:media", Audience::nobody},
                                                 {"public:remote", Audience::nobody},
                                                 {"public:remote:media", Audience::nobody},
                                                 {"hashtag", Audience::tag},
                                                 {"hashtag:local", Audience::tag},
                                                 {"user", Audience::user},
                                                 {"user:notification", Audience::user},
                                                 {"list", Audience::user},
                                                 {"direct", Audience::user}}};

std::optional<Audience> audience_of(std::string_view stream) {
    const auto* found =
        std::find_if(streams.begin(), streams.end(), [stream](const auto& known) { return known.name == stream; });
    return found == streams.end() ? std::nullopt : std::optional(found->audience);
}

}  // namespace

// One without a hashtag is the same whatever tag is said with it, and says none itself.
MastodonStreams::Wanted::Wanted(std::string stream, std::string tag)
    : stream(std::move(stream)), tag(audience_of(this->stream) == Audience::tag ? std::move(tag) : std::string()) {}

// A stream, or why there is none.
struct MastodonStreams::Opened {
    EventSource source;
    unsigned status = 200;
    std::string mistake = {};
};

// What a WebSocket's two directions share.
struct MastodonStreams::Talk {
    explicit Talk(Settings settings) : settings(std::move(settings)) {}

    const Settings settings;  // of the request that it began with: others come before the client subscribes
    std::map<std::string, EventSource> subscriptions;
    std::string complaints;

    void complain(const std::string& text) {
        if (complaints.size() < most_unheard) complaints += json_line(Json{{"error", text}}) + '\n';
    }
    std::shared_ptr<const std::string> next() {
        if (!complaints.empty()) return std::make_shared<const std::string>(std::exchange(complaints, {}));
        for (auto& [name, source] : subscriptions)
            if (auto text = source(); text && !text->empty()) return text;
        return {};
    }
};

PageAnswer MastodonStreams::answer(std::string_view path, const PageTarget& target, const PageRequest& request) {
    if (path == "/health") {
        PageAnswer answer(200, "text/plain; charset=utf-8", "OK");
        answer.is_open = true;
        return answer;
    }
    std::string stream(path.empty() ? target.last("stream").value_or("") : path.substr(1));
    std::replace(stream.begin(), stream.end(), '/', ':');
    const Wanted wanted(std::move(stream), std::string(target.last("tag").value_or("")));
    const auto settings = std::make_shared<const TimelineSettings>(view_.settings());
    if (request.is_socket) return socket(wanted, settings);
    const auto last = read_digits(request.last_event_id);
    const auto after = last ? std::optional(*last - MastodonView::first_id) : std::nullopt;
    auto opened = open(wanted, Wire::events, after, settings);
    if (!opened.mistake.empty()) return json_error(opened.status, opened.mistake);
    PageAnswer answer(200, "text/event-stream", "");
    answer.is_open = true;
    answer.events = std::move(opened.source);
    return answer;
}

MastodonStreams::Opened MastodonStreams::open(const Wanted& wanted, Wire wire, std::optional<std::int64_t> after,
                                              const Settings& settings) {
    const auto audience = audience_of(wanted.stream);
    if (!audience) return {{}, 404, "There is no such stream"};
    if (*audience == Audience::user)
        return {{}, 401, "This stream needs an account, and there are none here: public and hashtag need none"};
    if (*audience == Audience::nobody) return {[] { return std::shared_ptr<const std::string>(); }};
    auto filter = *audience == Audience::tag ? accounts_.tagged(wanted.tag) : TimelineFilter();
    if (!filter) return {{}, 400, "The parameter tag must be a hashtag"};
    return {streams_.open({*std::move(filter)}, after, form(wanted, wire, settings))};
}

std::shared_ptr<const EventForm> MastodonStreams::form(const Wanted& wanted, Wire wire, const Settings& settings) {
    auto made = std::make_shared<EventForm>();
    const auto status = [settings, &accounts = accounts_](const TimelineEntry& entry) {
        return json_line(MastodonView(*settings, accounts).status(entry));
    };
    made->name = "mastodon " + settings->public_url;
    if (wire == Wire::events) {
        // A greeting or a gap that is no event of Mastodon's would be taken for a broken stream: a comment is none.
        made->greeting = ":)\n";
        made->text = [status](const ListRow& row, const EventView&) {
            return fmt::format("event: update\nid: {}\ndata: {}\n\n", MastodonView::status_id(row.entry.id),
                               status(row.entry));
        };
        return made;
    }
    made->name += " socket " + wanted.key();
    Json names = Json::array({wanted.stream});
    if (!wanted.tag.empty()) names.push_back(wanted.tag);
    made->text = [status, names](const ListRow& row, const EventView&) {
        return json_line({{"stream", names}, {"event", "update"}, {"payload", status(row.entry)}}) + '\n';
    };
    return made;
}

PageAnswer MastodonStreams::socket(const Wanted& wanted, const Settings& settings) {
    auto talk = std::make_shared<Talk>(settings);
    PageAnswer answer(101, "", "");
    if (!wanted.stream.empty()) {
        auto opened = open(wanted, Wire::socket, {}, settings);
        if (!opened.mistake.empty()) return json_error(opened.status, opened.mistake);
        talk->subscriptions[wanted.key()] = std::move(opened.source);
    }
    answer.events = [talk] { return talk->next(); };
    answer.listener = [this, talk](std::string_view text) { hear(*talk, text); };
    return answer;
}

void MastodonStreams::hear(Talk& talk, std::string_view text) {
    const auto command = Json::parse(text, nullptr, false);
    const auto field = [&command](const char* name) {
        const auto found = command.is_object() ? command.find(name) : command.end();
        return command.is_object() && found != command.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const Wanted wanted(field("stream"), field("tag"));
    const auto type = field("type");
    if (type == "subscribe")
        subscribe(talk, wanted);
    else if (type == "unsubscribe")
        talk.subscriptions.erase(wanted.key());
    else
        talk.complain("A message must be of type subscribe or unsubscribe");
}

void MastodonStreams::subscribe(Talk& talk, const Wanted& wanted) {
    if (talk.subscriptions.count(wanted.key()) > 0) return;
    if (talk.subscriptions.size() >= most_subscriptions) return talk.complain("Too many subscriptions");
    auto opened = open(wanted, Wire::socket, {}, talk.settings);
    if (!opened.mistake.empty()) return talk.complain(opened.mistake);
    talk.subscriptions[wanted.key()] = std::move(opened.source);
}

}  // namespace fedmsgbot
