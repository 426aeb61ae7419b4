#include "bot/flow/noise_settings.h"

#include <cstdlib>
#include <ctime>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

// 2026-11-27 00:00 UTC, a Friday.
const SystemTime midnight = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27);

// The process' own zone for as long as this lives.
class Zone {
public:
    explicit Zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;
    ~Zone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

}  // namespace

TEST_CASE("quiet hours cover their beginning and not their end, over midnight too") {
    const QuietHours night{22h, 7h}, noon{12h, 13h + 30min};
    CHECK_FALSE(night.covers(midnight + 21h + 59min + 59s));
    CHECK(night.covers(midnight + 22h));
    CHECK(night.covers(midnight));
    CHECK(night.covers(midnight + 6h + 59min + 59s));
    CHECK_FALSE(night.covers(midnight + 7h));
    CHECK(noon.covers(midnight + 12h));
    CHECK_FALSE(noon.covers(midnight + 13h + 30min));
    CHECK_FALSE(noon.covers(midnight));
}

TEST_CASE("quiet hours end later than whatever time they cover, on the same day or the next") {
    const QuietHours night{22h, 7h}, noon{12h, 13h + 30min};
    CHECK(night.end(midnight + 22h) == midnight + 31h);
    CHECK(night.end(midnight + 6h + 59min + 59s) == midnight + 7h);
    CHECK(noon.end(midnight + 12h) == midnight + 13h + 30min);
    CHECK(QuietHours{22h, 0h}.end(midnight + 23h) == midnight + 24h);
}

TEST_CASE("local quiet hours follow the zone's summer time") {
    const Zone zone("CET-1CEST,M3.5.0,M10.5.0/3");
    const QuietHours night{22h, 7h, QuietHours::Zone::local};
    // In winter an hour before UTC, in summer two.
    CHECK(night.covers(midnight + 21h));
    CHECK_FALSE(night.covers(midnight + 20h));
    CHECK(night.end(midnight + 21h) == midnight + 30h);
    const SystemTime july = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1);
    CHECK(night.covers(july + 20h));
    CHECK_FALSE(night.covers(july + 5h));
    CHECK(night.end(july + 20h) == july + 29h);
}

TEST_CASE("an hour that the summer time leaves out or repeats makes no end that has passed") {
    const Zone zone("CET-1CEST,M3.5.0,M10.5.0/3");
    const QuietHours gap{1h, 2h + 30min, QuietHours::Zone::local};
    for (const auto day : {std::chrono::year(2026) / 3 / 29, std::chrono::year(2026) / 10 / 25})
        for (SystemTime time = std::chrono::sys_days(day) - 2h; time < std::chrono::sys_days(day) + 4h; time += 5min)
            if (gap.covers(time)) {
                CHECK(gap.end(time) > time);
                CHECK(gap.end(time) < time + 26h);
            }
}

TEST_CASE("what a route asks for is told in a few words") {
    NoiseSettings settings;
    CHECK(describe(settings).empty());
    CHECK_FALSE(settings.is_any());
    settings.threshold = RateLimit{20, 1h};
    settings.quiet = QuietHours{22h, 7h + 5min};
    settings.dedupe = 10min;
    CHECK(describe(settings) == ", at most 20/h, quiet 22:00-07:05 UTC, nothing twice within 600 s");
    CHECK(describe(RateLimit{3, 24h}) == "3/d");
    CHECK(describe(RateLimit{3, 1min}) == "3/m");
}
