#include "bridges/timeline/event_streams.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/row_view.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_shared = 256;
constexpr std::size_t most_folded = 200;  // of what lies below, looked at for the rest of a burst

nlohmann::ordered_json event_data(const ListRow& row, const EventView& view) {
    const auto& entry = row.entry;
    const FilterLinks links{"", view.filter, view.is_folded};
    nlohmann::ordered_json data = {{"id", entry.id},
                                   {"message_id", entry.message_id},
                                   {"topic", entry.topic},
                                   {"text", entry.line.text},
                                   {"link", entry.line.link},
                                   {"time", iso_time(entry.accepted_at)},
                                   {"day", day_name(entry.accepted_at)},
                                   {"html", row_view(row, 1, links)}};
    if (const auto mark = mark_of(entry.line); !mark.empty()) data["trust"] = mark;
    if (!row.rest.empty()) {
        auto& replaced = data["folds"] = nlohmann::ordered_json::array();
        for (const auto& other : row.rest) replaced.push_back(other.id);
    }
    return data;
}

std::string event_text(const ListRow& row, const EventView& view) {
    return fmt::format("id: {}\ndata: {}\n\n", row.entry.id, json_line(event_data(row, view)));
}

}  // namespace

std::shared_ptr<const EventForm> page_events() {
    static const auto form =
        std::make_shared<const EventForm>(EventForm{"page", "retry: 3000\n\n", "event: gap\ndata: {}\n\n", event_text});
    return form;
}

// One stream's memory.
struct EventStreams::Reader {
    EventView view;
    std::shared_ptr<const EventForm> form;
    std::string key;  // of form and view
    std::int64_t place = 0;
    std::string first;  // what is said before all else
};

std::string EventView::key() const { return joined_queries(filter.query(), is_folded ? folded_query : ""); }

EventSource EventStreams::open(const EventView& view, std::optional<std::int64_t> after,
                               std::shared_ptr<const EventForm> form) {
    auto reader = std::make_shared<Reader>();
    reader->view = view;
    reader->form = std::move(form);
    reader->key = fmt::format("{}\n{}", reader->form->name, view.key());
    reader->place = after.value_or(store_.span().last_ever);
    reader->first = reader->form->greeting;
    if (const auto end = after ? gap_end(view, *after) : std::nullopt) {
        reader->place = *end;
        reader->first += reader->form->gap;
    }
    return [this, reader] {
        if (!reader->first.empty()) return std::make_shared<const std::string>(std::exchange(reader->first, {}));
        const auto piece = behind(*reader);
        reader->place = piece.last;
        return piece.text;
    };
}

std::string EventStreams::since(const EventView& view, std::optional<std::int64_t> after) {
    const auto newest = store_.span().last_ever;
    const auto end = after ? gap_end(view, *after) : std::nullopt;
    const auto place = end ? *end : after.value_or(newest);
    auto found = place < newest ? news(view, place, newest) : News{{}, place};
    nlohmann::ordered_json answer = {{"last", found.last}, {"gap", end.has_value()}};
    auto& events = answer["events"] = nlohmann::ordered_json::array();
    for (const auto& row : found.rows) events.push_back(event_data(row, view));
    return json_line(answer) + '\n';
}

std::optional<std::int64_t> EventStreams::gap_end(const EventView& view, std::int64_t after) {
    const auto missed = store_.newest(after, most_replayed + 1, view.filter, store_.search_time());
    if (missed.entries.size() > most_replayed) return missed.entries.back().id;
    if (missed.stopped_at) return *missed.stopped_at - 1;
    return {};
}

EventStreams::Piece EventStreams::behind(const Reader& reader) {
    const auto newest = store_.span().last_ever;
    if (newest != newest_ || shared_.size() >= most_shared) shared_.clear();
    newest_ = newest;
    if (reader.place >= newest) return {nullptr, reader.place};
    auto& piece = shared_[fmt::format("{}\n{}", reader.place, reader.key)];
    if (piece.last == 0) piece = read(reader, newest);
    return piece;
}

EventStreams::Piece EventStreams::read(const Reader& reader, std::int64_t newest) {
    const auto found = news(reader.view, reader.place, newest);
    std::string text;
    for (const auto& row : found.rows) text += reader.form->text(row, reader.view);
    return {std::make_shared<const std::string>(std::move(text)), found.last};
}

EventStreams::News EventStreams::news(const EventView& view, std::int64_t place, std::int64_t newest) {
    const auto time = store_.search_time();
    const auto stretch = store_.newer(place, most_at_once, view.filter, time);
    const auto& entries = stretch.entries;
    News found;
    found.last = entries.size() == most_at_once ? entries.front().id : stretch.stopped_at.value_or(newest);
    Folding folding(entries.size());
    for (const auto& entry : entries) {
        if (view.is_folded)
            folding.add(entry);
        else
            found.rows.push_back({entry, {}, false});
    }
    if (view.is_folded && !entries.empty()) {
        folding.begin_no_more();
        const auto below = store_.older(entries.back().id, most_folded, view.filter, time).entries;
        for (const auto& entry : below) {
            if (!folding.is_open(entry.accepted_at)) break;
            folding.add(entry);
        }
        found.rows = folding.take(below.size() == most_folded ? std::optional(below.back().accepted_at) : std::nullopt);
    }
    std::reverse(found.rows.begin(), found.rows.end());
    return found;
}

}  // namespace fedmsgbot
