#pragma once

#include <cstdint>
#include <string>

#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// One page of the timeline: a stretch of entries between two numbers, the newest first.
struct ListPage {
    TimelineStore::Entries entries;
    bool is_front = false;  // the newest there are, as `/` shows them
    bool has_newer = false;
    bool has_older = false;
};

inline constexpr std::size_t page_size = 50;

std::string list_view(const TimelineSettings& settings, const ListPage& page);

}  // namespace fedmsgbot
