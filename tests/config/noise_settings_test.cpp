#include "config/noise_settings.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

struct Read {
    NoiseSettings noise;
    std::vector<RateLimit> budget;
    std::string problems;
};

Read read(const std::string& text) {
    auto table = Table::from_text(text, "c.toml");
    REQUIRE(table);
    Read read;
    read.noise = read_noise_settings(*table);
    read.budget = read_budget(*table);
    read.problems = describe(table->problems());
    return read;
}

}  // namespace

TEST_CASE("a route says how it spares its readers") {
    const auto found =
        read("threshold = \"20/h\"\nquiet_hours = \"22:00-07:30\"\nquiet_zone = \"local\"\ndedupe = \"10m\"\n");
    CHECK(found.problems.empty());
    CHECK(found.noise.threshold == RateLimit{20, 1h});
    REQUIRE(found.noise.quiet);
    CHECK(found.noise.quiet->from == 22h);
    CHECK(found.noise.quiet->to == 7h + 30min);
    CHECK(found.noise.quiet->zone == QuietHours::Zone::local);
    CHECK(found.noise.dedupe == 10min);
    CHECK(read("quiet_hours = \"00:00 - 05:00\"\n").noise.quiet->zone == QuietHours::Zone::utc);
    CHECK_FALSE(read("").noise.is_any());
    CHECK(read("").problems.empty());
}

TEST_CASE("a budget is one limit or several") {
    CHECK(read("budget = \"30/h\"\n").budget == std::vector<RateLimit>{{30, 1h}});
    CHECK(read("budget = \"5/m, 30/h,200/d\"\n").budget == std::vector<RateLimit>{{5, 1min}, {30, 1h}, {200, 24h}});
}

TEST_CASE("what limits and quiet hours cannot be is told, with its place") {
    struct Case {
        std::string text, problem;
    };
    const auto one = GENERATE(values<Case>({
        {"threshold = \"20\"",
         "c.toml:1:13: \"threshold\" must be a number from 1 to 10000 by minute, hour or day, like "
         "\"20/h\", not \"20\"\n"},
        {"threshold = \"0/h\"", "c.toml:1:13: \"threshold\" must be a number"},
        {"threshold = \"-1/h\"", "c.toml:1:13: \"threshold\" must be a number"},
        {"threshold = \"20/w\"", "c.toml:1:13: \"threshold\" must be a number"},
        {"threshold = \"99999999999999999999/h\"", "c.toml:1:13: \"threshold\" must be a number"},
        {"threshold = \"\"", "c.toml:1:13: \"threshold\" must not be empty"},
        {"threshold = 20", "c.toml:1:13: \"threshold\" must be a string, not"},
        {"quiet_hours = \"22-7\"",
         "c.toml:1:15: \"quiet_hours\" must be two times of day like \"22:00-07:00\", not \"22-7\""},
        {"quiet_hours = \"24:00-07:00\"", "c.toml:1:15: \"quiet_hours\" must be two times"},
        {"quiet_hours = \"22:60-07:00\"", "c.toml:1:15: \"quiet_hours\" must be two times"},
        {"quiet_hours = \"22:00\"", "c.toml:1:15: \"quiet_hours\" must be two times"},
        {"quiet_hours = \"07:00-07:00\"", "c.toml:1:15: they begin when they end"},
        {"quiet_zone = \"local\"", "c.toml:1:14: it says of which zone"},
        {"quiet_hours = \"22:00-07:00\"\nquiet_zone = \"CET\"",
         "c.toml:2:14: \"quiet_zone\" must be one of \"UTC\", \"local\""},
        {"dedupe = \"8d\"", "c.toml:1:10: lines are remembered for at most \"7d\""},
        {"dedupe = \"ten\"", "c.toml:1:10: \"dedupe\" must be a duration"},
        {"budget = \"30/h, 20/x\"", "c.toml:1:17: \"budget\" must be a number"},
        {"budget = \"30/h, 20/h\"", "c.toml:1:17: \"20/h\": there is a limit for such a time already"},
        {"budget = \"30/h,\"", ""},
        {"budget = \",30/h\"", "c.toml:1:11: \"budget\" must be a number"},
    }));
    INFO(one.text);
    const auto problems = read(one.text + "\n").problems;
    if (one.problem.empty())
        CHECK(problems.empty());
    else
        CHECK_THAT(problems, Catch::StartsWith(one.problem));
}
