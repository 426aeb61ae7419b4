#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// The ways beside ISO 8601 in which servers write a time. All pure; nothing for what is no time.

// `Tue, 24 Nov 2026 13:05:00 GMT`, as in Date and Retry-After.
std::optional<SystemTime> parse_http_date(std::string_view text);

// `Tue Nov 24 13:05:00 +0000 2026`, as Twitter's interface had it.
std::optional<SystemTime> parse_twitter_time(std::string_view text);

// How long to wait, from a header in any of its forms: seconds (`30`), seconds since 1970, ISO 8601, an HTTP date.
// Never negative.
std::optional<std::chrono::milliseconds> parse_wait(std::string_view text, SystemTime now);

}  // namespace fedmsgbot
