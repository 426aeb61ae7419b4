#include "bridges/timeline/timeline_slice.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

using Order = TimelineSearch::Order;

}  // namespace

TimelineSlice::TimelineSlice(TimelineSearch& search, Wanted wanted) : search_(search), wanted_(std::move(wanted)) {
    if (!wanted_.expression) take_all();
}

// Numbers have no gaps: only the oldest are ever removed.
void TimelineSlice::take_all() {
    auto& bounds = wanted_.bounds;
    total_ = std::max<std::int64_t>(bounds.below - bounds.above - 1, 0);
    for (auto i = wanted_.skipped; i < std::min(total_, wanted_.skipped + wanted_.limit); ++i)
        ids_.push_back(wanted_.order == Order::newest_first ? bounds.below - 1 - i : bounds.above + 1 + i);
    bounds.below = bounds.above + 1;
}

bool TimelineSlice::count_on(const WorkTime& time) {
    while (!wanted_.bounds.is_empty()) {
        take_block();
        if (time.is_over()) break;
    }
    return wanted_.bounds.is_empty();
}

void TimelineSlice::take_block() {
    auto& bounds = wanted_.bounds;
    const auto part = TimelineSearch::first_stretch(bounds, wanted_.order, TimelineSearch::counted);
    const bool is_settled = part.above + 1 >= wanted_.indexed_from;
    const auto count = search_.count(*wanted_.expression, part, is_settled);
    total_ += count;
    const auto wanting = wanted_.limit - static_cast<std::int64_t>(ids_.size());
    if (wanting > 0 && count > wanted_.skipped) {
        const auto some = search_.some(*wanted_.expression, part, wanted_.order, wanted_.skipped, wanting);
        ids_.insert(ids_.end(), some.begin(), some.end());
    }
    wanted_.skipped = std::max<std::int64_t>(wanted_.skipped - count, 0);
    (wanted_.order == Order::newest_first ? bounds.below : bounds.above) =
        wanted_.order == Order::newest_first ? part.above + 1 : part.below - 1;
}

}  // namespace fedmsgbot
