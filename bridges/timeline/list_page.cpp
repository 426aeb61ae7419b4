#include "bridges/timeline/list_page.h"

#include <limits>
#include <utility>

#include "bridges/timeline/work_time.h"

namespace fedmsgbot {

namespace {

constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t piece = 4 * page_size;
constexpr std::size_t most_looked_at = 20 * page_size;
constexpr std::size_t most_above = 10 * page_size;

bool has_any(const TimelineStore::Stretch& found) { return !found.entries.empty() || found.stopped_at; }

void read_plain(TimelineStore& store, const ListPage::Place& place, ListPage& page) {
    const auto time = store.search_time();
    // One more than is shown tells whether there are more.
    auto found = place.after ? store.newer(*place.after, page_size + 1, page.filter, time)
                             : store.older(place.before.value_or(newest), page_size + 1, page.filter, time);
    auto& entries = found.entries;
    const bool is_more = entries.size() > page_size;
    if (is_more) entries.erase(place.after ? entries.begin() : entries.end() - 1);
    page.is_stopped = found.stopped_at.has_value();
    (place.after ? page.newer : page.older) = found.stopped_at;
    if (entries.empty()) return;
    const auto first = entries.front().id, last = entries.back().id;
    if (!page.newer && (place.after ? is_more : !page.is_front && has_any(store.newer(first, 1, page.filter, time))))
        page.newer = first;
    if (!page.older && (place.after ? has_any(store.older(last, 1, page.filter, time)) : is_more)) page.older = last;
    for (auto& entry : entries) page.rows.push_back({std::move(entry), {}, false});
}

// How far the rows of a page were read.
struct FoldedReading {
    ListPage& page;
    Folding folding;
    std::optional<SystemTime> ended_at;  // before its time: bursts may go on below

    // False when the page is complete.
    bool take(const TimelineStore::Entries& entries) {
        for (const auto& entry : entries) {
            if (page.older && !folding.is_open(entry.accepted_at)) return false;
            if (!folding.add(entry) && !page.older) page.older = entry.id + 1;
        }
        if (!entries.empty()) ended_at = entries.back().accepted_at;
        return true;
    }
};

void read_folded(TimelineStore& store, std::int64_t before, ListPage& page, const WorkTime& time) {
    FoldedReading reading{page, Folding(page_size), {}};
    if (before != newest)
        for (const auto& entry : store.newer(before - 1, most_above, page.filter, time).entries)
            reading.folding.pass(entry);
    auto place = before;
    bool is_over = false;
    for (std::size_t looked_at = 0; looked_at < most_looked_at && !is_over; looked_at += piece) {
        const auto found = store.older(place, piece, page.filter, time);
        is_over = !reading.take(found.entries) || (found.entries.size() < piece && !found.stopped_at);
        if (!found.entries.empty()) place = found.entries.back().id;
        if (found.stopped_at) {
            place = *found.stopped_at;
            page.is_stopped = !is_over && !page.older;
            break;
        }
    }
    if (!is_over && !page.older) page.older = place;
    page.rows = reading.folding.take(is_over ? std::nullopt : reading.ended_at);
    if (page.is_front || page.rows.empty()) return;
    const auto first = page.rows.front().entry.id;
    if (has_any(store.newer(first, 1, page.filter, time))) page.newer = first;
}

}  // namespace

ListPage read_list(TimelineStore& store, TimelineFilter filter, const ListPage::Place& place, bool is_folded) {
    ListPage page;
    page.filter = std::move(filter);
    page.is_folded = is_folded;
    page.is_front = !place.before && !place.after;
    page.is_indexed = store.is_indexed();
    page.last_ever = store.span().last_ever;
    if (!is_folded) {
        read_plain(store, place, page);
    } else if (place.after) {
        const auto time = store.search_time();
        const auto above = store.newer(*place.after, most_above, page.filter, time);
        page.is_stopped = above.entries.empty() && above.stopped_at;
        if (page.is_stopped) page.newer = above.stopped_at;
        if (!above.entries.empty()) read_folded(store, head_above(above.entries, page_size) + 1, page, time);
    } else {
        read_folded(store, place.before.value_or(newest), page, store.search_time());
    }
    return page;
}

}  // namespace fedmsgbot
