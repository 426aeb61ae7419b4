#include "bridges/microblog/server_time.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fedmsgbot {

namespace {

using namespace std::chrono;

// Reads the pieces of a time from left to right; once something is missing it stays failed.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int number(std::size_t digits) {
        int value = 0;
        if (rest_.size() < digits) return failed_ = true, 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return failed_ = true, 0;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    void skip(std::string_view one_of) {
        if (rest_.empty() || one_of.find(rest_[0]) == std::string_view::npos)
            failed_ = true;
        else
            rest_.remove_prefix(1);
    }
    milliseconds fraction() {
        if (rest_.empty() || rest_[0] != '.') return milliseconds(0);
        rest_.remove_prefix(1);
        int value = 0;
        int unit = 100;
        for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1), unit /= 10)
            value += (rest_[0] - '0') * unit;
        return milliseconds(value);
    }
    int month() {
        static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const auto found = std::find(names.begin(), names.end(), rest_.substr(0, 3));
        if (found == names.end()) return failed_ = true, 1;
        rest_.remove_prefix(3);
        return static_cast<int>(found - names.begin()) + 1;
    }
    std::string_view rest() const { return rest_; }
    bool has_failed() const { return failed_; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

std::optional<SystemTime> make_time(year_month_day day, int hour, int minute, int second) {
    // Years beyond what the clock's own number can hold are no times of a server of today.
    if (!day.ok() || day.year() < year(1970) || day.year() > year(2200)) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return SystemTime(sys_days(day)) + hours(hour) + minutes(minute) + seconds(second);
}

year_month_day make_day(int y, int m, int d) {
    return {year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
}

// The offset at the end of an ISO time: nothing or `Z`, `+01:00`, `-0130`.
std::optional<minutes> parse_offset(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") return minutes(0);
    const bool is_west = text[0] == '-';
    Scanner scan(text);
    scan.skip("+-");
    const int hour = scan.number(2);
    if (scan.rest().starts_with(':')) scan.skip(":");
    const int minute = scan.number(2);
    if (scan.has_failed() || !scan.rest().empty() || hour > 14 || minute > 59) return std::nullopt;
    return minutes((hour * 60 + minute) * (is_west ? -1 : 1));
}

std::optional<milliseconds> parse_seconds(std::string_view text, SystemTime now) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0) || value > 4e9) return std::nullopt;
    const milliseconds given(static_cast<std::int64_t>(value * 1000));
    // Nobody asks for thirty years of patience: so large a number is a moment, not a span.
    return value < 1e9 ? given : duration_cast<milliseconds>(SystemTime(given) - now);
}

}  // namespace

std::optional<SystemTime> parse_iso_time(std::string_view text) {
    Scanner scan(text);
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

std::optional<SystemTime> parse_http_date(std::string_view text) {
    const auto comma = text.find(", ");
    if (comma == std::string_view::npos) return std::nullopt;
    Scanner scan(text.substr(comma + 2));
    const int d = scan.number(2);
    scan.skip(" ");
    const int m = scan.month();
    scan.skip(" ");
    const auto day = make_day(scan.number(4), m, d);
    scan.skip(" ");
    const int hour = scan.number(2);
    scan.skip(":");
    const int minute = scan.number(2);
    scan.skip(":");
    const int second = scan.number(2);
    if (scan.has_failed() || scan.rest() != " GMT") return std::nullopt;
    return make_time(day, hour, minute, second);
}

std::optional<milliseconds> parse_wait(std::string_view text, SystemTime now) {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    auto wait = parse_seconds(text, now);
    if (!wait) {
        auto moment = parse_iso_time(text);
        if (!moment) moment = parse_http_date(text);
        if (moment) wait = duration_cast<milliseconds>(*moment - now);
    }
    if (!wait) return std::nullopt;
    return std::max(*wait, milliseconds(0));
}

}  // namespace fedmsgbot
