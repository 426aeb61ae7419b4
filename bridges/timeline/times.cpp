#include "bridges/timeline/times.h"

#include <algorithm>
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

std::string iso_milliseconds(SystemTime time) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
    const auto rest = (since - std::chrono::floor<std::chrono::seconds>(since)).count();
    auto text = iso_time(time);
    return text.insert(text.size() - 1, fmt::format(".{:03}", rest));
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

std::string ctime_with_zone(SystemTime time) {
    const auto p = parts(time);
    return fmt::format("{} {} {:02} {:02}:{:02}:{:02} +0000 {:04}", p.day_of_week.substr(0, 3),
                       p.month_name.substr(0, 3), p.day, p.hour, p.minute, p.second, p.year);
}

std::optional<SystemTime> read_iso_time(std::string_view text) {
    // The form with a `0` for every digit.
    constexpr std::string_view whole = "0000-00-00T00:00:00";
    if (text.size() == whole.size() + 1 && text.ends_with('Z')) text.remove_suffix(1);
    if (text.size() != 10 && text.size() != 16 && text.size() != whole.size()) return {};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (whole[i] == '0' ? !is_digit : text[i] != whole[i] && !(whole[i] == 'T' && text[i] == ' ')) return {};
    }
    const auto number = [&text](std::size_t from, std::size_t count) {
        int value = 0;
        for (const char c : text.substr(std::min(from, text.size()), count)) value = 10 * value + (c - '0');
        return value;
    };
    const auto date = std::chrono::year(number(0, 4)) / number(5, 2) / number(8, 2);
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    // SystemTime itself holds a few centuries only.
    if (!date.ok() || number(0, 4) < 1970 || number(0, 4) > 2117 || hour > 23 || minute > 59 || second > 60) return {};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace fedmsgbot
