#include "bridges/timeline/api_window.h"

#include <algorithm>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

std::string no_number(std::string_view name, std::string_view what) {
    return fmt::format("The parameter {} must be {}", name, what);
}

}  // namespace

ApiWindow::Reading ApiWindow::read(const PageTarget& target, const ApiDialect& dialect) {
    Reading reading;
    auto& window = reading.window;
    window.limit = dialect.usual;
    for (const auto& [name, value] : target.parameters) {
        const bool is_limit = name == dialect.limit_name;
        const bool is_skip = !dialect.skip_name.empty() && name == dialect.skip_name;
        const bool is_id = name == "max_id" || name == "since_id" || name == "min_id";
        if (value.empty() || (!is_limit && !is_skip && !is_id)) continue;
        const auto number = read_digits(value);
        const std::int64_t least = is_limit || (is_skip && dialect.skips_pages) ? 1 : 0;
        if (!number || *number < least) {
            reading.mistake = no_number(name, is_id ? "an id" : fmt::format("a number from {}", least));
            return reading;
        }
        const auto entry = std::max<std::int64_t>(*number - dialect.first_id, 0);
        if (is_limit) window.limit = static_cast<std::size_t>(std::min<std::int64_t>(*number, dialect.most));
        if (is_skip) window.skipped = static_cast<std::size_t>(*number - least);
        if (name == "max_id") window.below = dialect.max_is_included && entry < window.below ? entry + 1 : entry;
        if (name == "since_id") window.above = entry;
        if (name == "min_id") window.nearest_above = entry;
    }
    const auto most = dialect.skips_pages ? most_skipped / window.limit : most_skipped;
    if (window.skipped > most)
        reading.mistake =
            fmt::format("The parameter {} is too large: use max_id to go back further", dialect.skip_name);
    else if (dialect.skips_pages)
        window.skipped *= window.limit;
    return reading;
}

TimelineStore::Stretch ApiWindow::find(TimelineStore& store, const TimelineFilter& filter, const WorkTime& time) const {
    using Order = TimelineStore::Order;
    const TimelineStore::Bounds bounds{std::max(above, nearest_above.value_or(0)), below};
    // Towards the past the newest are passed over, towards the present the oldest.
    return store.read(nearest_above ? Order::oldest_first : Order::newest_first, bounds, {limit, skipped}, filter,
                      time);
}

ApiWindow::Ways ApiWindow::ways(const TimelineStore::Stretch& found) const {
    Ways ways;
    const auto& entries = found.entries;
    if (!entries.empty()) ways.newer = entries.front().id;
    if (entries.size() == limit) ways.older = entries.back().id;
    if (!found.stopped_at) return ways;
    if (entries.empty()) ways = {*found.stopped_at + 1, *found.stopped_at - 1};
    (nearest_above ? ways.newer : ways.older) = found.stopped_at;
    return ways;
}

}  // namespace fedmsgbot
