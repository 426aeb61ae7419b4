#include "bridges/timeline/site.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "bridges/timeline/atom_feed.h"
#include "bridges/timeline/badge_svg.h"
#include "bridges/timeline/entry_view.h"
#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/json_feed.h"
#include "bridges/timeline/list_view.h"
#include "bridges/timeline/live_script.h"
#include "bridges/timeline/page.h"
#include "bridges/timeline/rss_feed.h"
#include "bridges/timeline/stats.h"
#include "bridges/timeline/style.h"
#include "bridges/timeline/theme_script.h"
#include "bridges/timeline/topics_view.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();

// Where in the timeline a reader wants to look. Parameters of other names are let pass: the links that people share get
// strange ones hung on.
struct Stretch {
    std::optional<std::int64_t> before;
    std::optional<std::int64_t> after;
    std::string mistake;  // empty: none
};

Stretch read_stretch(const PageTarget& target, bool may_go_forward) {
    Stretch stretch;
    for (const auto& [name, value] : target.parameters) {
        if (name != "before" && !(may_go_forward && name == "after")) continue;
        const auto id = read_digits(value);
        auto& place = name == "before" ? stretch.before : stretch.after;
        if (!id)
            stretch.mistake = fmt::format("The parameter “{}” must be a message’s number, like {}=1234.", name, name);
        else if (place)
            stretch.mistake = fmt::format("The parameter “{}” is there twice.", name);
        if (!stretch.mistake.empty()) return stretch;
        place = id;
    }
    if (stretch.before && stretch.after)
        stretch.mistake = "The parameters “before” and “after” cannot be used together.";
    return stretch;
}

// Whether bursts are folded: datagrepper's parameter.
struct FoldingWish {
    bool is_on = false;
    std::string mistake;
};

FoldingWish read_folding(const PageTarget& target) {
    FoldingWish wish;
    for (const auto& [name, value] : target.parameters) {
        if (name != "grouped") continue;
        wish.is_on = value == "true" || value == "1" || value == "on" || value == "yes";
        if (!wish.is_on && value != "false" && value != "0" && value != "off" && value != "no" && !value.empty())
            wish.mistake = "The parameter “grouped” must be true or false.";
    }
    return wish;
}

// A sub-path of the public address, where a proxy hands it on.
std::string_view local_path(std::string_view path, const TimelineSettings& settings) {
    const auto prefix = path_of_site(settings);
    if (path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/')) path.remove_prefix(prefix.size());
    return path;
}

// From a page that is not there to the front page.
std::string way_up(std::string_view path) {
    constexpr std::ptrdiff_t most = 8;
    std::string root;
    for (auto depth = std::min(std::count(path.begin(), path.end(), '/') - 1, most); depth > 0; --depth) root += "../";
    return root;
}

PageAnswer lasting(std::string_view type, std::string_view body) {
    PageAnswer answer(200, type, std::string(body));
    answer.cache_control = "public, max-age=86400";
    return answer;
}

}  // namespace

PageAnswer Site::answer(const PageRequest& request) {
    settings_ = configured_;
    if (!settings_.is_public_url_set && !request.base_url.empty()) settings_.public_url = request.base_url;
    const auto target = PageTarget::parse(request.target);
    if (!target && is_for_programs(request.target)) return json_error(400, "The address is malformed");
    if (!target)
        return error(400, "Bad address",
                     "The address is malformed: a % is not followed by two hexadecimal digits, or it does not start "
                     "with a slash.",
                     "");
    const auto path = local_path(target->path, settings_);
    if (path == "/") return list(*target);
    if (auto answer = api(path, *target, request)) return *std::move(answer);
    if (path == "/topics") return topics(*target);
    if (path == "/stats" || path == "/stats.json") return stats(*target, path == "/stats.json");
    if (path == "/feed.atom") return feed(*target, "application/atom+xml; charset=utf-8", atom_feed);
    if (path == "/feed.rss") return feed(*target, "application/rss+xml; charset=utf-8", rss_feed);
    if (path == "/feed.json") return feed(*target, "application/feed+json; charset=utf-8", json_feed);
    if (path == "/events" || path == "/events.json") return events(request, *target, path == "/events.json");
    if (path.starts_with("/m/")) return entry(path.substr(3));
    if (path.starts_with("/raw/")) return raw(path.substr(5));
    if (path == "/style.css") return lasting("text/css; charset=utf-8", style_sheet());
    if (path == "/live.js") return lasting("text/javascript; charset=utf-8", live_script());
    if (path == "/theme.js") return lasting("text/javascript; charset=utf-8", theme_script());
    if (path == "/icon.svg") return lasting("image/svg+xml", icon_svg());
    // An entry's own page is for people; robots would read the whole archive by its raw messages, or by searching.
    if (path == "/robots.txt")
        return lasting("text/plain; charset=utf-8", "User-agent: *\nDisallow: /raw\nDisallow: /v2/\nDisallow: /id\n");
    if (path.starts_with("/badge/") && path.ends_with(".svg"))
        return lasting("image/svg+xml", badge_svg(path.substr(7, path.size() - 11)));
    if (is_for_programs(path)) return json_error(404, "Not Found");
    return error(404, "Not found", "There is no such page.", way_up(path));
}

std::optional<PageAnswer> Site::api(std::string_view path, const PageTarget& target, const PageRequest& request) {
    if (auto answer = datagrepper_.answer(path, target)) return answer;
    if (auto answer = well_known_.answer(path, target)) return answer;
    constexpr std::string_view root = "/api/";
    if (!path.starts_with(root)) return {};
    path.remove_prefix(root.size());
    if (auto answer = status_net_.answer(path, target)) return answer;
    return mastodon_.answer(path, target, request);
}

PageAnswer Site::list(const PageTarget& target) {
    const auto stretch = read_stretch(target, true);
    if (!stretch.mistake.empty()) return error(400, "Bad address", stretch.mistake, "");
    auto [filter, mistake] = TimelineFilter::read(target);
    if (!mistake.empty()) return error(400, "Bad address", mistake, "");
    const auto folding = read_folding(target);
    if (!folding.mistake.empty()) return error(400, "Bad address", folding.mistake, "");
    const auto page = read_list(store_, std::move(filter), {stretch.before, stretch.after}, folding.is_on);
    PageAnswer answer(200, html_type, list_view(settings_, page));
    answer.has_form = true;
    answer.is_live = page.is_front;
    return answer;
}

PageAnswer Site::topics(const PageTarget& target) {
    const auto entries = topics_ ? topics_() : std::make_shared<const TopicEntries>();
    PageAnswer answer(200, html_type, topics_view(settings_, *entries, target.last("pattern").value_or("")));
    answer.has_form = true;
    return answer;
}

PageAnswer Site::stats(const PageTarget& target, bool is_json) {
    const auto asked = target.last("days");
    const auto days = asked ? read_digits(*asked) : std::optional(Stats::usual_days);
    if (!days || *days < 1 || *days > Stats::most_days) {
        const auto mistake =
            fmt::format("The parameter “days” must be a number from 1 to {}, like days=7.", Stats::most_days);
        return is_json ? json_error(400, mistake) : error(400, "Bad address", mistake, "");
    }
    const auto stats = Stats::collect(store_.tallies(), *days, std::chrono::system_clock::now());
    PageAnswer answer(200, is_json ? "application/json" : html_type,
                      is_json ? stats_json(stats) : stats_view(settings_, stats));
    answer.is_open = is_json;
    return answer;
}

PageAnswer Site::feed(const PageTarget& target, std::string_view type,
                      std::string (*format)(const TimelineSettings&, const FeedPage&)) {
    const auto stretch = read_stretch(target, false);
    if (!stretch.mistake.empty()) return error(400, "Bad address", stretch.mistake, "");
    FeedPage page;
    auto [filter, mistake] = TimelineFilter::read(target);
    if (!mistake.empty()) return error(400, "Bad address", mistake, "");
    page.filter = std::move(filter);
    page.before = stretch.before;
    page.feed_id = store_.feed_id();
    page.created_at = store_.created_at();
    auto found = store_.older(stretch.before.value_or(newest), page_size + 1, page.filter, store_.search_time());
    page.entries = std::move(found.entries);
    page.stopped_at = found.stopped_at;
    page.has_older = page.entries.size() > page_size;
    if (page.has_older) page.entries.pop_back();
    PageAnswer answer(200, type, format(settings_, page));
    answer.cache_control = "public, max-age=60";
    // `delta` counts back from now: such a view changes by itself.
    if (!page.filter.has_times()) answer.modified = store_.changed_at();
    return answer;
}

// A browser that connects again says where it was; a script says where its page ends.
PageAnswer Site::events(const PageRequest& request, const PageTarget& target, bool is_json) {
    const auto refusal = [&](const std::string& mistake) {
        return is_json ? json_error(400, mistake) : error(400, "Bad address", mistake, "");
    };
    auto [filter, mistake] = TimelineFilter::read(target);
    if (!mistake.empty()) return refusal(mistake);
    const auto folding = read_folding(target);
    if (!folding.mistake.empty()) return refusal(folding.mistake);
    auto since = read_digits(request.last_event_id);
    for (const auto& [name, value] : target.parameters) {
        if (name != "since" || since) continue;
        since = read_digits(value);
        if (!since) return refusal("The parameter “since” must be a message’s number, like since=1234.");
    }
    const EventView view{std::move(filter), folding.is_on};
    if (is_json) {
        PageAnswer answer(200, "application/json", events_.since(view, since));
        answer.is_open = true;
        return answer;
    }
    PageAnswer answer(200, "text/event-stream; charset=utf-8", "");
    answer.events = events_.open(view, since, page_events());
    return answer;
}

PageAnswer Site::entry(std::string_view id) {
    const auto number = read_digits(id);
    if (!number) return error(404, "Not found", "There is no such page.", "../");
    const auto entry = store_.find(*number);
    const auto bytes = store_.raw(*number);
    if (!entry || !bytes) return absent(*number);
    const auto nearest = [](const TimelineStore::Entries& found) {
        return found.empty() ? std::optional<std::int64_t>() : found.front().id;
    };
    const Neighbours neighbours{nearest(store_.newer_than(*number, 1)), nearest(store_.older_than(*number, 1))};
    PageAnswer answer(200, html_type, entry_view(settings_, *entry, *bytes, neighbours));
    answer.modified = store_.changed_at();  // its neighbours too are on it
    return answer;
}

PageAnswer Site::raw(std::string_view id) {
    const auto number = read_digits(id);
    if (!number) return error(404, "Not found", "There is no such page.", "../");
    auto bytes = store_.raw(*number);
    if (!bytes) return absent(*number);
    PageAnswer answer(200, "application/json", *std::move(bytes));
    answer.cache_control = "public, max-age=86400";
    return answer;
}

PageAnswer Site::absent(std::int64_t id) {
    if (id < 1 || id > store_.span().last_ever)
        return error(404, "Not found", "No message has this number yet.", "../");
    return error(410, "No longer kept",
                 "This message was here. The timeline keeps messages for a limited time, and its time is over.", "../");
}

PageAnswer Site::error(unsigned status, std::string_view heading, std::string_view explanation,
                       const std::string& root) {
    return PageAnswer(status, html_type, error_page(root, settings_.title, heading, explanation));
}

}  // namespace fedmsgbot
