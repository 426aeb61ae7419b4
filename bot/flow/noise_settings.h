#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "bot/core/message.h"

namespace fedmsgbot {

// At most so many in any stretch of time that is so long: `20/h`.
struct RateLimit {
    std::size_t most = 0;
    std::chrono::seconds period{0};

    bool operator==(const RateLimit&) const = default;
};

std::string describe(const RateLimit& limit);

// A part of each day: `22:00-07:00`.
struct QuietHours {
    enum class Zone {
        utc,
        local,  // the machine's, with its summer time
    };

    std::chrono::minutes from{0}, to{0};  // since midnight; `to` is not quiet any more. Over midnight where it is less
    Zone zone = Zone::utc;

    bool covers(SystemTime time) const;
    // When the hours that cover the time end: later than it.
    SystemTime end(SystemTime time) const;
};

std::string describe(const QuietHours& hours);

// How a route spares its readers. What it keeps back is told later, in few lines.
struct NoiseSettings {
    std::optional<RateLimit> threshold;   // lines to one target
    std::optional<QuietHours> quiet;      // no line then
    std::chrono::milliseconds dedupe{0};  // the same line is not said again within; zero: it is

    bool keeps_back() const { return threshold || quiet; }
    bool is_any() const { return keeps_back() || dedupe.count() > 0; }
};

// For people: `, at most 20/h, quiet 22:00-07:00 UTC, nothing twice within 600 s`; empty where nothing is asked.
std::string describe(const NoiseSettings& settings);

}  // namespace fedmsgbot
