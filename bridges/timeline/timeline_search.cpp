#include "bridges/timeline/timeline_search.h"

#include <algorithm>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

// Each question costs the index a little for its own sake, as much as it costs to pass over some hundred entries.
constexpr std::int64_t most_blocks = 8;
constexpr std::int64_t few = 2000;  // entries: to look at each of them takes less than a stretch
constexpr auto good_time = 2ms;     // of a stretch: time is looked at after each

std::int64_t next_blocks(std::int64_t blocks, std::chrono::nanoseconds taken) {
    if (taken < good_time / 4) return std::min(blocks * 2, most_blocks);
    return taken > good_time ? 1 : blocks;
}

std::string within(const std::string& expression, const TimelineSearch::Bounds& bounds) {
    return TimelineIndex::within(expression, (bounds.above + 1) / TimelineIndex::block,
                                 (bounds.below - 1) / TimelineIndex::block);
}

}  // namespace

TimelineSearch::TimelineSearch(Database& database)
    : newest_(database.prepare(fmt::format(timeline_queries::numbers, "DESC"))),
      oldest_(database.prepare(fmt::format(timeline_queries::numbers, "ASC"))),
      count_(database.prepare(timeline_queries::count)) {}

std::vector<std::int64_t> TimelineSearch::some(const std::string& expression, Bounds bounds, Order order,
                                               std::int64_t skipped, std::int64_t limit) {
    return ask(within(expression, bounds), bounds, order, skipped, limit);
}

bool TimelineSearch::is_rare(const std::string& glance) { return ask(glance, {}, Order::newest_first, few, 1).empty(); }

std::vector<std::int64_t> TimelineSearch::ask(const std::string& whole_expression, Bounds bounds, Order order,
                                              std::int64_t skipped, std::int64_t limit) {
    auto& query = order == Order::newest_first ? newest_ : oldest_;
    query.bind(0, whole_expression).bind(1, bounds.below).bind(2, bounds.above).bind(3, limit).bind(4, skipped);
    std::vector<std::int64_t> ids;
    while (query.step()) ids.push_back(query.integer(0));
    query.reset();
    return ids;
}

TimelineSearch::Found TimelineSearch::find(const std::string& expression, const std::vector<std::string>& glances,
                                           Bounds bounds, Order order, std::size_t limit, const WorkTime& time) {
    const bool is_descending = order == Order::newest_first;
    Found found;
    const auto everywhere = TimelineIndex::everywhere(expression);
    const auto is_few = [this](const std::string& glance) { return is_rare(glance); };
    if (everywhere && std::any_of(glances.begin(), glances.end(), is_few)) {
        found.ids = ask(*everywhere, bounds, order, 0, static_cast<std::int64_t>(limit));
        return found;
    }
    std::int64_t blocks = 1;
    while (!bounds.is_empty() && found.ids.size() < limit) {
        const auto part = first_stretch(bounds, order, blocks * TimelineIndex::block);
        const auto begin = WorkTime::now();
        const auto ids = some(expression, part, order, 0, static_cast<std::int64_t>(limit - found.ids.size()));
        blocks = next_blocks(blocks, WorkTime::now() - begin);
        found.ids.insert(found.ids.end(), ids.begin(), ids.end());
        (is_descending ? bounds.below : bounds.above) = is_descending ? part.above + 1 : part.below - 1;
        if (!bounds.is_empty() && found.ids.size() < limit && time.is_over()) {
            found.stopped_at = is_descending ? bounds.below : bounds.above;
            break;
        }
    }
    return found;
}

TimelineSearch::Bounds TimelineSearch::first_stretch(Bounds bounds, Order order, std::int64_t size) {
    if (order == Order::newest_first)
        bounds.above = std::max(bounds.above, (bounds.below - 1) / size * size - 1);
    else
        bounds.below = std::min(bounds.below, ((bounds.above + 1) / size + 1) * size);
    return bounds;
}

std::int64_t TimelineSearch::count(const std::string& expression, Bounds bounds, bool is_settled) {
    const auto number = (bounds.above + 1) / counted;
    const bool is_whole = bounds.above + 1 == number * counted && bounds.below == (number + 1) * counted;
    auto* counts = is_settled && is_whole ? &known(expression) : nullptr;
    if (counts) {
        const auto at = counts->find(number);
        if (at != counts->end()) return at->second;
    }
    count_.bind(0, within(expression, bounds)).bind(1, bounds.below).bind(2, bounds.above);
    count_.step();
    const auto count = count_.integer(0);
    count_.reset();
    if (counts) {
        counts->emplace(number, count);
        ++remembered_;
        make_room();
    }
    return count;
}

TimelineSearch::Counts& TimelineSearch::known(const std::string& expression) {
    const auto at =
        std::find_if(known_.begin(), known_.end(), [&](const Known& known) { return known.expression == expression; });
    if (at != known_.end())
        known_.splice(known_.begin(), known_, at);
    else
        known_.push_front({expression, {}});
    return known_.front().counts;
}

// What was asked for longest ago is forgotten first; then, of what is being counted, the oldest stretches.
void TimelineSearch::make_room() {
    constexpr std::size_t most_expressions = 256;
    while (known_.size() > 1 && (known_.size() > most_expressions || remembered_ > most_counts)) {
        remembered_ -= known_.back().counts.size();
        known_.pop_back();
    }
    auto& counts = known_.front().counts;
    while (remembered_ > most_counts && !counts.empty()) {
        counts.erase(counts.begin());
        --remembered_;
    }
}

}  // namespace fedmsgbot
