#include "bridges/timeline/datagrepper.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_bytes = 16'000'000;  // of raw messages in one answer
constexpr std::int64_t most_rows = 100;
constexpr std::int64_t most_page = 1'000'000'000;
constexpr std::size_t most_meta = 16;
constexpr std::chrono::milliseconds step_time(4);  // of counting on, while others wait

PageAnswer mistake(const std::string& text) { return json_error(400, text); }

std::optional<std::int64_t> read_number(std::string_view text, std::int64_t most) {
    const auto number = read_digits(text);
    return !number || *number < 1 || *number > most ? std::nullopt : number;
}

double seconds(SystemTime time) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count()) /
           1000;
}

// A value of the message's own, or another where it has none of that name.
Json value_or(const Json& envelope, const char* name, const Json& other) {
    const auto found = envelope.find(name);
    return found == envelope.end() ? other : *found;
}

// Some messages are JSON only to a generous reader (NaN): their body is null here, and /raw/ID has the bytes.
Json parsed(const std::string& bytes) {
    auto json = Json::parse(bytes, nullptr, false);
    return json.is_object() ? json : Json::object();
}

Json body_of(const Json& envelope) { return value_or(envelope, "msg", value_or(envelope, "body", nullptr)); }

Json fedmsg_shape(const TimelineEntry& entry, const Json& envelope) {
    return {{"i", value_or(envelope, "i", 0)},
            {"msg_id", entry.message_id},
            {"topic", entry.topic},
            {"timestamp", value_or(envelope, "timestamp", seconds(entry.sent_at))},
            {"certificate", value_or(envelope, "certificate", nullptr)},
            {"signature", value_or(envelope, "signature", nullptr)},
            {"crypto", value_or(envelope, "crypto", nullptr)},
            {"username", value_or(envelope, "username", nullptr)},
            {"headers", value_or(envelope, "headers", nullptr)},
            {"source_name", value_or(envelope, "source_name", "fedmsgbot")},
            {"source_version", value_or(envelope, "source_version", nullptr)},
            {"msg", body_of(envelope)}};
}

Json fedora_messaging_shape(const TimelineEntry& entry, const Json& envelope) {
    auto headers = value_or(envelope, "headers", Json::object());
    if (!headers.is_object()) headers = Json::object();
    if (!headers.contains("sent-at")) headers["sent-at"] = iso_time(entry.sent_at);
    return {{"topic", entry.topic},
            {"id", entry.message_id},
            {"headers", headers},
            {"body", body_of(envelope)},
            {"priority", value_or(envelope, "priority", 0)},
            {"queue", nullptr}};
}

Json shaped(const TimelineEntry& entry, const Json& envelope, bool is_fedmsg) {
    auto made = is_fedmsg ? fedmsg_shape(entry, envelope) : fedora_messaging_shape(entry, envelope);
    if (const auto mark = mark_of(entry.line); !mark.empty()) made["trust"] = mark;
    return made;
}

// What the rules say of it, under datagrepper's old names and its new ones.
Json meta_of(const TimelineEntry& entry, const std::vector<std::string>& wanted) {
    const auto& line = entry.line;
    const Json all = {{"title", line.title},
                      {"subtitle", line.text},
                      {"summary", line.text},
                      {"text", line.long_form.empty() ? line.text : line.long_form},
                      {"link", line.link},
                      {"url", line.link},
                      {"icon", line.icon},
                      {"app_icon", line.icon},
                      {"secondary_icon", line.secondary_icon},
                      {"agent_avatar", line.secondary_icon},
                      {"usernames", line.usernames},
                      {"packages", line.packages},
                      {"objects", line.objects},
                      {"date", iso_time(entry.accepted_at)}};
    Json out = Json::object();
    for (const auto& name : wanted)
        if (all.contains(name)) out[name] = all[name];
    return out;
}

Json values(const TimelineFilter& filter, FilterField field, bool is_negated) {
    Json out = Json::array();
    for (const auto& term : filter.terms())
        if (term.field == field && term.is_negated == is_negated) out.push_back(term.value);
    return out;
}

Json arguments_of(const TimelineFilter& filter) {
    constexpr std::array<std::pair<FilterField, std::string_view>, 4> lists = {{{FilterField::user, "users"},
                                                                                {FilterField::package, "packages"},
                                                                                {FilterField::category, "categories"},
                                                                                {FilterField::topic, "topics"}}};
    Json out;
    for (const auto& [field, name] : lists) {
        out[std::string(name)] = values(filter, field, false);
        out[fmt::format("not_{}", name)] = values(filter, field, true);
    }
    out["contains"] = values(filter, FilterField::contains, false);
    const auto times = filter.times(std::chrono::system_clock::now());
    out["start"] = times.from == SystemTime::min() ? Json() : Json(seconds(times.from));
    out["end"] = times.to == SystemTime::max() ? Json() : Json(seconds(times.to));
    return out;
}

}  // namespace

// How the answer is to be cut and shown.
struct Datagrepper::Question {
    std::int64_t page = 1;
    std::int64_t rows = 25;
    bool is_ascending = false;
    std::vector<std::string> meta;
    std::string mistake;

    static Question read(const PageTarget& target) {
        Question question;
        for (const auto& [name, value] : target.parameters) {
            if (name == "page" || name == "rows_per_page") {
                const auto most = name == "page" ? most_page : most_rows;
                const auto number = read_number(value, most);
                if (!number) question.mistake = fmt::format("{} must be a number from 1 to {}", name, most);
                (name == "page" ? question.page : question.rows) = number.value_or(1);
            } else if (name == "order") {
                if (value != "asc" && value != "desc") question.mistake = "order must be either 'desc' or 'asc'";
                question.is_ascending = value == "asc";
            } else if (name == "meta" && question.meta.size() < most_meta) {
                question.meta.push_back(value);
            }
        }
        return question;
    }
};

struct Datagrepper::Search {
    TimelineFilter filter;
    Question question;
    TimelineSlice slice;
    Shape shape;
    bool is_told = false;
};

std::optional<PageAnswer> Datagrepper::answer(std::string_view path, const PageTarget& target) {
    if (path.ends_with('/')) path.remove_suffix(1);
    if (path == "/raw") return search(target, Shape::fedmsg);
    if (path == "/v2/search") return search(target, Shape::fedora_messaging);
    if (path == "/id") return one(target, Shape::fedmsg);
    if (path == "/v2/id") return one(target, Shape::fedora_messaging);
    return {};
}

PageAnswer Datagrepper::search(const PageTarget& target, Shape shape) {
    const auto reading = TimelineFilter::read(target);
    if (!reading.mistake.empty()) return mistake(reading.mistake);
    const auto question = Question::read(target);
    if (!question.mistake.empty()) return mistake(question.mistake);
    const auto order = question.is_ascending ? TimelineStore::Order::oldest_first : TimelineStore::Order::newest_first;
    auto slice = store_.slice(reading.filter, order, (question.page - 1) * question.rows, question.rows);
    const bool is_counted = slice.count_on(store_.search_time());
    const auto search = std::make_shared<Search>(Search{reading.filter, question, std::move(slice), shape});
    if (is_counted) return found(*search);
    // To count what is frequent takes a while, and how many there are is part of the answer: its head goes out now.
    PageAnswer answer(200, "application/json", "");
    answer.is_open = true;
    answer.pieces = [this, search]() -> std::optional<std::string> {
        if (search->is_told) return {};
        if (!search->slice.count_on(WorkTime(step_time))) return std::string();
        search->is_told = true;
        return found(*search).body;
    };
    return answer;
}

PageAnswer Datagrepper::found(const Search& search) {
    const auto& [filter, question, slice, shape, is_told] = search;
    Json messages = Json::array();
    std::size_t bytes = 0;
    for (const auto id : slice.ids()) {
        const auto entry = store_.find(id);
        const auto raw = store_.raw(id);
        if (!entry || !raw) continue;
        bytes += raw->size();
        if (bytes > most_bytes && !messages.empty())
            return mistake("these messages are too large for one answer: ask for fewer rows_per_page");
        const auto envelope = parsed(*raw);
        auto made = shaped(*entry, envelope, shape == Shape::fedmsg);
        if (!question.meta.empty()) made["meta"] = meta_of(*entry, question.meta);
        messages.push_back(std::move(made));
    }
    auto arguments = arguments_of(filter);
    arguments["page"] = question.page;
    arguments["rows_per_page"] = question.rows;
    arguments["order"] = question.is_ascending ? "asc" : "desc";
    arguments["meta"] = question.meta;
    const auto count = messages.size();
    return json_answer(200, Json{{"raw_messages", std::move(messages)},
                                 {"total", slice.total()},
                                 {"pages", (slice.total() + question.rows - 1) / question.rows},
                                 {"count", count},
                                 {"arguments", std::move(arguments)}});
}

PageAnswer Datagrepper::one(const PageTarget& target, Shape shape) {
    const auto asked = std::find_if(target.parameters.begin(), target.parameters.end(),
                                    [](const auto& parameter) { return parameter.first == "id"; });
    if (asked == target.parameters.end()) return mistake("the parameter id is missing");
    const auto number = store_.number_of(asked->second);
    const auto entry = number ? store_.find(*number) : std::nullopt;
    const auto raw = number ? store_.raw(*number) : std::nullopt;
    if (!entry || !raw) return json_error(404, "not_found");
    const auto envelope = parsed(*raw);
    return json_answer(200, shaped(*entry, envelope, shape == Shape::fedmsg));
}

}  // namespace fedmsgbot
