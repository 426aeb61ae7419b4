#include "bridges/microblog/server_time.h"

#include <charconv>

#include <fmt/format.h>

#include "bot/core/time_scanner.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono;

std::optional<milliseconds> parse_seconds(std::string_view text, SystemTime now) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0) || value > 4e9) return std::nullopt;
    const milliseconds given(static_cast<std::int64_t>(value * 1000));
    // Nobody asks for thirty years of patience: so large a number is a moment, not a span.
    return value < 1e9 ? given : duration_cast<milliseconds>(SystemTime(given) - now);
}

}  // namespace

std::optional<SystemTime> parse_http_date(std::string_view text) {
    const auto comma = text.find(", ");
    if (comma == std::string_view::npos) return std::nullopt;
    TimeScanner scan(text.substr(comma + 2));
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

// The same pieces as in ISO 8601, in another order.
std::optional<SystemTime> parse_twitter_time(std::string_view text) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    TimeScanner scan(text.substr(blank + 1));
    const int month_of_year = scan.month();
    scan.skip(" ");
    const int day_of_month = scan.number(2);
    scan.skip(" ");
    constexpr std::string_view rest_like = "12:05:00 +0000 2026";
    const auto rest = scan.rest();
    if (scan.has_failed() || rest.size() != rest_like.size() || rest[8] != ' ' || rest[14] != ' ') return std::nullopt;
    return parse_iso_time(fmt::format("{}-{:02}-{:02}T{}{}", rest.substr(15), month_of_year, day_of_month,
                                      rest.substr(0, 8), rest.substr(9, 5)));
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
