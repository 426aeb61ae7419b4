#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bridges/timeline/timeline_entry.h"

namespace fedmsgbot {

// What stands in one row of a list: an entry, or a burst of them.
struct ListRow {
    TimelineEntry entry;              // of a burst, the newest
    std::vector<TimelineEntry> rest;  // its others, the newest first
    bool goes_on = false;             // it may have more than was looked at
};

// Folds bursts into one row each. A burst is what one person did under one topic, each message within a minute of the
// next of the same kind, whatever stands between them. So the messages alone decide what belongs together, and neither
// where a page begins nor when it is asked for: a burst that a page has shown is not begun anew by the page below.
// Pure: it is given entries, the newest first. A value.
class Folding {
public:
    static constexpr std::chrono::seconds gap{60};

    explicit Folding(std::size_t most_rows) : most_rows_(most_rows) {}

    // An entry of the pages above. What belongs to it is not shown again.
    void pass(const TimelineEntry& entry);

    // False when the entry begins a row for which there is no room; then what follows still completes the rows there
    // are.
    bool add(const TimelineEntry& entry);

    // From here on rows are completed only.
    void begin_no_more() { most_rows_ = rows_.size(); }

    // Whether an entry of that time, or an older one, can still belong to a row.
    bool is_open(SystemTime time) const;

    // The rows, the newest first; `goes_on` holds of those that are open at that time, where the reading ended.
    std::vector<ListRow> take(std::optional<SystemTime> ended_at);

private:
    struct Burst {
        SystemTime oldest;
        std::optional<std::size_t> row;  // none: of a page above
    };

    std::size_t most_rows_;
    std::vector<ListRow> rows_;
    std::map<std::string, Burst> bursts_;  // the latest of each kind
};

// What the entries of one burst have in common.
std::string burst_kind(const TimelineEntry& entry);

// Who a burst is by: the agent, or else the first of the people; empty where nobody is named.
std::string burst_user(const TimelineEntry& entry);

// Of entries above a place, the newest first: the newest entry of the burst that is the `rows`th above it; of the
// highest where there are fewer. Precondition: there are entries.
std::int64_t head_above(const std::vector<TimelineEntry>& entries, std::size_t rows);

}  // namespace fedmsgbot
