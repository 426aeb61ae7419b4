#include "bot/flow/allowance.h"

#include <deque>
#include <random>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

const SystemTime start{1'700'000'000s};

}  // namespace

TEST_CASE("an allowance is used up after its number, and each comes back when it is a period old") {
    Allowance allowance({{3, 1h}});
    CHECK(allowance.available(start) == 3);
    for (int minute = 0; minute < 3; ++minute) allowance.spend(start + minute * 1min);
    CHECK(allowance.available(start + 59min) == 0);
    CHECK(allowance.available(start + 1h) == 1);
    CHECK(allowance.available(start + 1h + 1min) == 2);
    CHECK(allowance.available(start + 2h) == 3);
}

TEST_CASE("in no stretch of time as long as the period more is spent than the limit allows") {
    std::minstd_rand random(GENERATE(1u, 2u, 3u));
    Allowance allowance({{20, 1h}, {60, 24h}});
    std::deque<SystemTime> spent;
    auto now = start;
    for (int n = 0; n < 20000; ++n) {
        now += std::chrono::seconds(random() % 400);
        if (allowance.available(now) == 0) continue;
        allowance.spend(now);
        spent.push_back(now);
    }
    REQUIRE(spent.size() > 500);
    for (std::size_t n = 20; n < spent.size(); ++n) CHECK(spent[n] - spent[n - 20] >= 1h);
    for (std::size_t n = 60; n < spent.size(); ++n) CHECK(spent[n] - spent[n - 60] >= 24h);
}

TEST_CASE("a limit that was used up opens when half of it is there again") {
    Allowance allowance({{4, 1h}});
    for (int minute = 0; minute < 4; ++minute) allowance.spend(start + minute * 1min);
    CHECK_FALSE(allowance.is_open(start + 10min));
    CHECK(allowance.opens_at(start + 10min) == start + 1h + 1min);
    CHECK(allowance.available(start + 1h) == 1);
    CHECK_FALSE(allowance.is_open(start + 1h));
    CHECK(allowance.is_open(start + 1h + 1min));
    CHECK(allowance.opens_at(start + 1h + 1min) == start + 1h + 1min);
}

TEST_CASE("a day's limit that is not used up does not close the hours before its end") {
    Allowance allowance({{2, 1h}, {5, 24h}});
    for (int hour = 0; hour < 2; ++hour) {
        allowance.spend(start + hour * 2h, 2);
        CHECK_FALSE(allowance.is_open(start + hour * 2h));
        CHECK(allowance.opens_at(start + hour * 2h) == start + hour * 2h + 1h);
    }
    // One is left of the day's five: less than half, and open.
    CHECK(allowance.is_open(start + 4h));
    CHECK(allowance.available(start + 4h) == 1);
    allowance.spend(start + 4h);
    CHECK_FALSE(allowance.is_open(start + 23h));
    CHECK(allowance.opens_at(start + 5h) == start + 24h);
}

TEST_CASE("what was not used up is open, however little is left") {
    Allowance allowance({{4, 1h}});
    allowance.spend(start, 3);
    CHECK(allowance.is_open(start));
    CHECK(allowance.opens_at(start) == start);
    CHECK(allowance.available(start) == 1);
}

TEST_CASE("what did not leave after all is there again") {
    Allowance allowance({{5, 1h}});
    allowance.spend(start, 2);
    allowance.spend(start + 1min, 3);
    CHECK(allowance.available(start + 1min) == 0);
    allowance.take_back(start + 1min, 2);
    CHECK(allowance.available(start + 1min) == 2);
    allowance.take_back(start, 10);
    CHECK(allowance.available(start + 1min) == 4);
}

TEST_CASE("what is taken back is nothing that others spent, and opens no limit that no longer counts it") {
    Allowance allowance({{2, 1h}, {10, 24h}});
    allowance.spend(start);
    allowance.spend(start + 59min);
    allowance.spend(start + 61min);
    // The hour has forgotten it, and is used up by the two that came after it.
    allowance.take_back(start, 1);
    CHECK(allowance.available(start + 61min) == 0);
    CHECK_FALSE(allowance.is_open(start + 61min));
    allowance.take_back(start + 30min, 5);
    CHECK(allowance.available(start + 61min) == 0);
    // The day counted it still, and has it back: eight of ten are left for these seven.
    allowance.spend(start + 10h, 7);
    CHECK(allowance.available(start + 12h) == 1);
}

TEST_CASE("what a clock that was set back made younger is not given back") {
    Allowance allowance({{2, 1h}});
    allowance.spend(start + 1000h, 2);
    CHECK(allowance.available(start) == 0);
    allowance.take_back(start + 1000h, 2);
    CHECK(allowance.available(start) == 0);
    CHECK(allowance.available(start + 1h) == 2);
}

TEST_CASE("what was spent before a restart counts, and more than a limit that was lowered meanwhile") {
    Allowance allowance({{2, 1h}});
    allowance.spend(start, 5);
    allowance.spend(start + 30min, 1);
    CHECK(allowance.available(start + 31min) == 0);
    CHECK(allowance.opens_at(start + 31min) == start + 1h);
    CHECK(allowance.available(start + 1h) == 1);
}

TEST_CASE("a clock that is set back makes nobody wait longer than a period") {
    Allowance allowance({{2, 1h}});
    allowance.spend(start + 1000h, 2);
    CHECK(allowance.available(start) == 0);
    CHECK(allowance.opens_at(start) == start + 1h);
    CHECK(allowance.available(start + 1h) == 2);
}
