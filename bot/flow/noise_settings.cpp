#include "bot/flow/noise_settings.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

std::tm broken_down(std::time_t time, QuietHours::Zone zone) {
    std::tm parts{};
    zone == QuietHours::Zone::utc ? ::gmtime_r(&time, &parts) : ::localtime_r(&time, &parts);
    return parts;
}

std::time_t put_together(std::tm parts, QuietHours::Zone zone) {
    parts.tm_isdst = -1;
    return zone == QuietHours::Zone::utc ? ::timegm(&parts) : ::mktime(&parts);
}

std::string clock_face(std::chrono::minutes since_midnight) {
    return fmt::format("{:02}:{:02}", since_midnight.count() / 60, since_midnight.count() % 60);
}

}  // namespace

std::string describe(const RateLimit& limit) {
    if (limit.period == 1min) return fmt::format("{}/m", limit.most);
    if (limit.period == 1h) return fmt::format("{}/h", limit.most);
    return fmt::format("{}/d", limit.most);
}

bool QuietHours::covers(SystemTime time) const {
    const auto parts = broken_down(std::chrono::system_clock::to_time_t(time), zone);
    const auto minute = std::chrono::minutes(parts.tm_hour * 60 + parts.tm_min);
    return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

SystemTime QuietHours::end(SystemTime time) const {
    auto parts = broken_down(std::chrono::system_clock::to_time_t(time), zone);
    parts.tm_hour = static_cast<int>(to.count() / 60);
    parts.tm_min = static_cast<int>(to.count() % 60);
    parts.tm_sec = 0;
    auto end = std::chrono::system_clock::from_time_t(put_together(parts, zone));
    if (end <= time) {
        ++parts.tm_mday;
        end = std::chrono::system_clock::from_time_t(put_together(parts, zone));
    }
    // An hour that the summer time repeats or leaves out must not make it stand still.
    return std::max<SystemTime>(end, time + 1s);
}

std::string describe(const QuietHours& hours) {
    return fmt::format("{}-{} {}", clock_face(hours.from), clock_face(hours.to),
                       hours.zone == QuietHours::Zone::utc ? "UTC" : "local time");
}

std::string describe(const NoiseSettings& settings) {
    std::string text;
    if (settings.threshold) text += ", at most " + describe(*settings.threshold);
    if (settings.quiet) text += ", quiet " + describe(*settings.quiet);
    if (settings.dedupe.count() > 0)
        text += fmt::format(", nothing twice within {} s", std::chrono::duration<double>(settings.dedupe).count());
    return text;
}

}  // namespace fedmsgbot
