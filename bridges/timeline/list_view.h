#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridges/timeline/entry_parts.h"
#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// One page of the timeline: a stretch of entries between two numbers, the newest first.
struct ListPage {
    TimelineStore::Entries entries;
    TimelineFilter filter;
    bool is_front = false;  // the newest of the filter's, as `/` shows them
    bool has_newer = false;
    bool has_older = false;
    bool is_indexed = true;  // else a filter does not find all yet
    // The search took too long and was broken off: all down to this number was looked at (up to it, on a page that goes
    // forward), and there may be more behind it.
    std::optional<std::int64_t> stopped_at;
    bool goes_forward = false;
};

inline constexpr std::size_t page_size = 50;

// One entry's row of a list, `place` counted from 1.
std::string entry_row(const TimelineEntry& entry, std::size_t place, const FilterLinks& links);

std::string list_view(const TimelineSettings& settings, const ListPage& page);

}  // namespace fedmsgbot
