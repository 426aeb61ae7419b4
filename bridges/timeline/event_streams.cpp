#include "bridges/timeline/event_streams.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/list_view.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_shared = 256;
constexpr std::chrono::milliseconds search_time(8);
constexpr std::string_view greeting = "retry: 3000\n\n";
constexpr std::string_view gap = "event: gap\ndata: {}\n\n";

// Data is one line: JSON has no line ends but escaped ones.
std::string event_text(const TimelineEntry& entry, const TimelineFilter& filter) {
    const FilterLinks links{"", filter};
    nlohmann::ordered_json data = {{"id", entry.id},
                                   {"message_id", entry.message_id},
                                   {"topic", entry.topic},
                                   {"text", entry.line.text},
                                   {"link", entry.line.link},
                                   {"time", iso_time(entry.accepted_at)},
                                   {"day", day_name(entry.accepted_at)},
                                   {"html", entry_row(entry, 1, links)}};
    if (const auto mark = mark_of(entry.line); !mark.empty()) data["trust"] = mark;
    return fmt::format("id: {}\ndata: {}\n\n", entry.id,
                       data.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

}  // namespace

// One stream's memory.
struct EventStreams::Reader {
    TimelineFilter filter;
    std::string query;
    std::int64_t place = 0;
    std::string first;  // what is said before all else
};

EventSource EventStreams::open(TimelineFilter filter, std::optional<std::int64_t> after) {
    auto reader = std::make_shared<Reader>();
    reader->query = filter.query();
    reader->place = after.value_or(store_.span().last_ever);
    reader->first = greeting;
    if (after) {
        const auto missed = store_.newest(*after, most_replayed + 1, filter, WorkTime(search_time));
        const bool is_too_much = missed.entries.size() > most_replayed;
        if (is_too_much || missed.stopped_at) {
            reader->place = is_too_much ? missed.entries.back().id : *missed.stopped_at - 1;
            reader->first += gap;
        }
    }
    reader->filter = std::move(filter);
    return [this, reader] {
        if (!reader->first.empty()) return std::make_shared<const std::string>(std::exchange(reader->first, {}));
        const auto piece = behind(reader->filter, reader->query, reader->place);
        reader->place = piece.last;
        return piece.text;
    };
}

EventStreams::Piece EventStreams::behind(const TimelineFilter& filter, const std::string& query, std::int64_t place) {
    const auto newest = store_.span().last_ever;
    if (newest != newest_ || shared_.size() >= most_shared) shared_.clear();
    newest_ = newest;
    if (place >= newest) return {nullptr, place};
    auto& piece = shared_[fmt::format("{}\n{}", place, query)];
    if (piece.last == 0) piece = read(filter, place, newest);
    return piece;
}

EventStreams::Piece EventStreams::read(const TimelineFilter& filter, std::int64_t place, std::int64_t newest) {
    const auto found = store_.newer(place, most_at_once, filter, WorkTime(search_time));
    const auto& entries = found.entries;
    std::string text;
    std::for_each(entries.rbegin(), entries.rend(),
                  [&](const TimelineEntry& entry) { text += event_text(entry, filter); });
    return {std::make_shared<const std::string>(std::move(text)),
            entries.size() == most_at_once ? entries.front().id : found.stopped_at.value_or(newest)};
}

}  // namespace fedmsgbot
