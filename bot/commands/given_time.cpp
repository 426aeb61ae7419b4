#include "bot/commands/given_time.h"

#include "bridges/timeline/times.h"

namespace fedmsgbot {

std::string time_hindrance(const std::string& text) {
    return read_iso_time(text) ? "" : "a time is like 2026-11-27T22:30 (UTC), not " + text;
}

WallClock clock_from(const std::string& text) {
    if (text.empty()) return std::chrono::system_clock::now;
    return [ahead = read_iso_time(text).value() - std::chrono::system_clock::now()] {
        return std::chrono::system_clock::now() + ahead;
    };
}

}  // namespace fedmsgbot
