#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/timeline/timeline_entry.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The nearest entries on both sides; nothing at an end of the timeline.
struct Neighbours {
    std::optional<std::int64_t> newer;
    std::optional<std::int64_t> older;
};

// An entry's own page, with all that is known of it: every field of the line and the raw message.
std::string entry_view(const TimelineSettings& settings, const TimelineEntry& entry, std::string_view raw,
                       const Neighbours& neighbours);

}  // namespace fedmsgbot
