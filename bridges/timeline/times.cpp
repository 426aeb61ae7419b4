#include "bridges/timeline/times.h"

#include <array>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

constexpr std::array<std::string_view, 7> days = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};

struct Parts {
    int year, month, day, hour, minute, second;
    std::string_view day_of_week, month_name;
};

Parts parts(SystemTime time) {
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(midnight);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time - midnight).count();
    const auto month = static_cast<unsigned>(date.month());
    return {static_cast<int>(date.year()),
            static_cast<int>(month),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(seconds / 3600),
            static_cast<int>(seconds / 60 % 60),
            static_cast<int>(seconds % 60),
            days[std::chrono::weekday(midnight).c_encoding()],
            months[month - 1]};
}

}  // namespace

std::string iso_time(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", p.year, p.month, p.day, p.hour, p.minute, p.second);
}

std::string full_time(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", p.year, p.month, p.day, p.hour, p.minute, p.second);
}

std::string clock_time(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{:02}:{:02}", p.hour, p.minute);
}

std::string day_name(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{}, {} {} {}", p.day_of_week, p.day, p.month_name, p.year);
}

std::string http_time(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", p.day_of_week.substr(0, 3), p.day,
                       p.month_name.substr(0, 3), p.year, p.hour, p.minute, p.second);
}

}  // namespace fedmsgbot
