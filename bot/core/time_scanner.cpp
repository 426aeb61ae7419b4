#include "bot/core/time_scanner.h"

namespace fedmsgbot {

using namespace std::chrono;

namespace {

// The offset at the end of an ISO time: nothing or `Z`, `+01:00`, `-0130`, `+01`.
std::optional<minutes> parse_offset(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") return minutes(0);
    const bool is_west = text[0] == '-';
    TimeScanner scan(text);
    scan.skip("+-");
    const int hour = scan.number(2);
    if (scan.rest().starts_with(':')) scan.skip(":");
    const int minute = text.size() == 3 ? 0 : scan.number(2);
    if (scan.has_failed() || !scan.rest().empty() || hour > 14 || minute > 59) return std::nullopt;
    return minutes((hour * 60 + minute) * (is_west ? -1 : 1));
}

}  // namespace

std::optional<SystemTime> make_time(year_month_day day, int hour, int minute, int second) {
    // Years beyond what the clock's own number can hold are no times of a server of today.
    if (!day.ok() || day.year() < year(1970) || day.year() > year(2200)) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return SystemTime(sys_days(day)) + hours(hour) + minutes(minute) + seconds(second);
}

year_month_day make_day(int y, int m, int d) {
    return {year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
}

std::optional<SystemTime> parse_iso_time(std::string_view text) {
    TimeScanner scan(text);
    const int y = scan.number(4);
    scan.skip("-");
    const int m = scan.number(2);
    scan.skip("-");
    const auto day = make_day(y, m, scan.number(2));
    scan.skip("Tt ");
    const int hour = scan.number(2);
    scan.skip(":");
    const int minute = scan.number(2);
    scan.skip(":");
    const int second = scan.number(2);
    const auto fraction = scan.fraction();
    if (scan.has_failed()) return std::nullopt;
    const auto offset = parse_offset(scan.rest());
    const auto time = make_time(day, hour, minute, second);
    if (!offset || !time) return std::nullopt;
    return *time + fraction - *offset;
}

}  // namespace fedmsgbot
