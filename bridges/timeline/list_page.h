#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "bridges/timeline/folding.h"
#include "bridges/timeline/timeline_filter.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

inline constexpr std::size_t page_size = 50;

// One page of the timeline: a stretch of rows between two numbers, the newest first.
struct ListPage {
    // Which rows: those below `before`, the nearest above `after`, or the newest. Not both.
    struct Place {
        std::optional<std::int64_t> before;
        std::optional<std::int64_t> after;
    };

    std::vector<ListRow> rows;
    TimelineFilter filter;
    bool is_folded = false;  // bursts are one row each
    bool is_front = false;   // the newest of the filter's, as `/` shows them
    // Where the pages on both sides begin: what is above, what is below; empty where there is none.
    std::optional<std::int64_t> newer;
    std::optional<std::int64_t> older;
    bool is_stopped = false;     // the search took too long and was broken off: there may be more behind that place
    bool is_indexed = true;      // else a filter does not find all yet
    std::int64_t last_ever = 0;  // the timeline's newest entry before the search: what comes behind it is news
};

// The page as it is now. A folded one reads on until its bursts are complete, at most twenty pages' worth of entries.
ListPage read_list(TimelineStore& store, TimelineFilter filter, const ListPage::Place& place, bool is_folded);

}  // namespace fedmsgbot
