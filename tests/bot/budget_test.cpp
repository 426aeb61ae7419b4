// A bridge's budget, with the journal that counts it, by a clock that the test sets.
#include "bot/flow/budget.h"

#include <catch2/catch.hpp>

#include "tests/bot/journey.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const SystemTime noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + 12h;

Journey::Options within(std::vector<RateLimit> budget) {
    Journey::Options options;
    options.budget = std::move(budget);
    return options;
}

void take(Journey& journey, int first, int count) {
    for (int number = first; number < first + count; ++number) journey.take(announcement(number));
}

// Takes one by one, each with time for its turn.
void trickle(Journey& journey, int first, int count) {
    for (int number = first; number < first + count; ++number) {
        const auto before = journey.journal.pending();
        journey.take(announcement(number));
        for (int rounds = 0; rounds < 20 && journey.journal.pending() > before; ++rounds) journey.run(10ms);
    }
}

}  // namespace

TEST_CASE("a flood leaves half of the budget for what comes after it, and its end is one digest") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, within({{12, 1h}}), clock.clock());
    take(journey, 1, 300);
    for (int rounds = 0; rounds < 500 && journey.journal.pending() > 0; ++rounds) journey.run(10ms);
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.bridge.texts.size() < 12);
    CHECK(journey.bridge.texts.front() == "n1");
    CHECK(journey.bridge.texts.back().find("... and ") == 0);
    CHECK(journey.road.counters().digested + journey.bridge.texts.size() - 1 == 300);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("no more posts leave than the budget allows, and the rest is told when half of it is there again") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, within({{4, 1h}}), clock.clock());
    trickle(journey, 1, 9);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1", "n2", "n3", "n4"});
    CHECK(journey.journal.pending() == 5);
    clock.pass(1h);
    journey.wake();
    journey.run_until_delivered(6);
    CHECK(journey.bridge.texts.size() == 6);
    CHECK(journey.bridge.texts[4] == "n5");
    CHECK(journey.bridge.texts[5] == "... and 4 more: 4 announce");
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a restart forgets nothing that the budget has spent, also where it was killed under way") {
    const TempFolder folder;
    GivenClock clock(noon);
    for (int life = 0; life < 5; ++life) {
        Journey journey(folder, within({{4, 1h}, {7, 24h}}), clock.clock());
        trickle(journey, 10 * life, 3);
        CHECK(journey.bridge.texts.size() == (life == 0 ? 3u : life == 1 ? 1u : 0u));
    }
    clock.pass(1h);
    {
        Journey journey(folder, within({{4, 1h}, {7, 24h}}), clock.clock());
        journey.run_until_delivered(1);
        // Four of the day's seven are spent: three are left.
        CHECK(journey.bridge.texts.size() <= 3);
        CHECK(journey.road.lost() == 0);
    }
}

TEST_CASE("a restart closes no budget that was open") {
    const std::vector<RateLimit> limits{{20, 1h}, {200, 24h}};
    GivenClock clock(noon);
    const auto nothing = [](SystemTime, std::int64_t) {};
    Budget before(limits, clock.clock(), nothing), after(limits, clock.clock(), nothing);
    std::vector<SystemTime> spent;
    for (int n = 0; n < 40; ++n) {
        spent.push_back(before.spend(1));
        clock.pass(5min);
    }
    // Of the hour's twenty nine are there: less than half, but it was never used up.
    REQUIRE(before.available() == 9);
    REQUIRE(before.is_open());
    for (const auto at : spent) after.restore(at, 1);
    CHECK(after.is_open());
    CHECK(after.available() == before.available());
}

TEST_CASE("a post that was refused, or is tried again, costs the budget nothing") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, within({{3, 1h}}), clock.clock());
    int attempts = 0;
    journey.bridge.answer = [&](const Post& post) {
        if (post.message->id() == "m-1") return Outcome::rejected("too rude");
        return ++attempts % 2 == 1 ? Outcome::retry("busy", 0ms) : Outcome::delivered();
    };
    trickle(journey, 1, 4);
    journey.run_until_delivered(3);
    CHECK(journey.bridge.ids == std::vector<std::string>{"m-2", "m-3", "m-4"});
    trickle(journey, 5, 1);
    CHECK(journey.bridge.ids.size() == 3);
    CHECK(journey.journal.pending() == 1);
    const auto spent = journey.journal.spent("bridge t", noon + 1h);
    REQUIRE_FALSE(spent.empty());
    std::size_t sum = 0;
    for (const auto& one : spent) sum += one.count;
    CHECK(sum == 3);
}

TEST_CASE("while the budget is used up, nothing that waits is in memory, and a stop does not wait for it") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, within({{2, 1h}}), clock.clock());
    trickle(journey, 1, 6);
    CHECK(journey.bridge.texts.size() == 2);
    CHECK(journey.queued() == 0);
    const auto began = std::chrono::steady_clock::now();
    journey.drain(30s);
    CHECK(std::chrono::steady_clock::now() - began < 25s);
    CHECK(journey.journal.pending() == 4);
}
