#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// Times as the timeline writes them: all UTC, English, whatever the machine's locale is.
std::string iso_time(SystemTime time);          // 2026-11-24T13:05:09Z: also RFC 3339
std::string iso_milliseconds(SystemTime time);  // 2026-11-24T13:05:09.042Z
std::string full_time(SystemTime time);         // 2026-11-24 13:05:09 UTC
std::string clock_time(SystemTime time);        // 13:05
std::string day_name(SystemTime time);          // Tuesday, 24 November 2026
std::string http_time(SystemTime time);         // Tue, 24 Nov 2026 13:05:09 GMT
std::string ctime_with_zone(SystemTime time);   // Tue Nov 24 13:05:09 +0000 2026: Twitter's, and so StatusNet's

// The other way: a date, with or without a time of day, with or without its seconds and `Z`; always UTC.
std::optional<SystemTime> read_iso_time(std::string_view text);

}  // namespace fedmsgbot
