#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridges/timeline/timeline_search.h"

namespace fedmsgbot {

// One page of all that a filter lets through, by counting: for those who must know how many there are. Done in small
// steps, since to count what is frequent takes a while. The search must outlive it. One thread.
class TimelineSlice {
public:
    struct Wanted {
        std::optional<std::string> expression;  // of the index; nothing: all entries
        TimelineSearch::Bounds bounds;          // of entries that there are
        std::int64_t indexed_from = 0;          // what is below may still come to the index
        TimelineSearch::Order order = TimelineSearch::Order::newest_first;
        std::int64_t skipped = 0;
        std::int64_t limit = 0;
    };

    TimelineSlice(TimelineSearch& search, Wanted wanted);

    // Counts on until it is done or the time is over. Whether it is done.
    bool count_on(const WorkTime& time);

    const std::vector<std::int64_t>& ids() const { return ids_; }
    std::int64_t total() const { return total_; }

private:
    void take_all();
    void take_block();

    TimelineSearch& search_;
    Wanted wanted_;
    std::vector<std::int64_t> ids_;
    std::int64_t total_ = 0;
};

}  // namespace fedmsgbot
