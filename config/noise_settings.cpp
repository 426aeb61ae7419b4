#include "config/noise_settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

// Each one that was spent in the period is a row and a few bytes of memory.
constexpr std::size_t most_a_period = 10000;
constexpr std::chrono::hours most_dedupe{24 * 7};

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// All of the text, as a number without a sign.
std::optional<std::size_t> parse_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

std::optional<RateLimit> parse_rate_limit(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto most = parse_number(text.substr(0, slash));
    if (!most || *most < 1 || *most > most_a_period) return std::nullopt;
    const auto unit = text.substr(slash + 1);
    if (unit == "m") return RateLimit{*most, 1min};
    if (unit == "h") return RateLimit{*most, 1h};
    if (unit == "d") return RateLimit{*most, 24h};
    return std::nullopt;
}

std::string wanted_limit(std::string_view key, std::string_view text) {
    return fmt::format("\"{}\" must be a number from 1 to {} by minute, hour or day, like \"20/h\", not \"{}\"", key,
                       most_a_period, clean_line(text, 100));
}

// `22:00`
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hours = parse_number(text.substr(0, 2)), minutes = parse_number(text.substr(3));
    if (!hours || !minutes || *minutes > 59 || *hours > 23) return std::nullopt;
    return std::chrono::minutes(*hours * 60 + *minutes);
}

std::optional<QuietHours> read_quiet_hours(Table& route) {
    const auto zone = route.choice("quiet_zone", {"UTC", "local"});
    if (!route.has("quiet_hours")) {
        if (route.has("quiet_zone"))
            route.fail("quiet_zone", "it says of which zone `quiet_hours` are, and they are missing");
        return std::nullopt;
    }
    const auto text = route.text("quiet_hours");
    const auto dash = text.find('-');
    const auto from = parse_time_of_day(trimmed(std::string_view(text).substr(0, dash)));
    const auto to =
        dash == std::string::npos ? std::nullopt : parse_time_of_day(trimmed(std::string_view(text).substr(dash + 1)));
    if (!from || !to) {
        if (!text.empty())
            route.fail("quiet_hours",
                       fmt::format("\"quiet_hours\" must be two times of day like \"22:00-07:00\", not \"{}\"",
                                   clean_line(text, 100)));
        return std::nullopt;
    }
    if (*from == *to) {
        route.fail("quiet_hours", "they begin when they end: a route that is never to speak is left out");
        return std::nullopt;
    }
    return QuietHours{*from, *to, zone == "local" ? QuietHours::Zone::local : QuietHours::Zone::utc};
}

}  // namespace

NoiseSettings read_noise_settings(Table& route) {
    NoiseSettings settings;
    for (const auto* key : {"threshold", "quiet_hours"}) route.ignore(key);  // known, also where they are missing
    if (route.has("threshold")) {
        const auto text = route.text("threshold");
        settings.threshold = parse_rate_limit(trimmed(text));
        if (!settings.threshold && !text.empty()) route.fail("threshold", wanted_limit("threshold", text));
    }
    settings.quiet = read_quiet_hours(route);
    settings.dedupe = route.duration("dedupe", 0ms);
    if (settings.dedupe > most_dedupe) route.fail("dedupe", "lines are remembered for at most \"7d\"");
    return settings;
}

std::vector<RateLimit> read_budget(Table& bridge) {
    std::vector<RateLimit> limits;
    bridge.ignore("budget");  // known, also where it is missing
    if (!bridge.has("budget")) return limits;
    const auto text = bridge.text("budget");
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto one = std::string_view(text).substr(begin, end - begin);
        const auto limit = parse_rate_limit(trimmed(one));
        const auto where = bridge.where("budget", begin + std::min(one.find_first_not_of(' '), one.size()));
        if (!limit)
            bridge.fail(where, wanted_limit("budget", one));
        else if (std::any_of(limits.begin(), limits.end(),
                             [&](const auto& other) { return other.period == limit->period; }))
            bridge.fail(where, fmt::format("\"{}\": there is a limit for such a time already", trimmed(one)));
        else
            limits.push_back(*limit);
        begin = end + 1;
    }
    return limits;
}

}  // namespace fedmsgbot
