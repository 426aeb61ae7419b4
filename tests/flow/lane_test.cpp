#include "bot/flow/lane.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

const Lane::TimePoint now{100000s};

Lane::Duration wait_after(Lane& lane, std::optional<Lane::Duration> asked, std::minstd_rand& random) {
    lane.fail(now, asked, 1s, 300s, random);
    return std::chrono::duration_cast<Lane::Duration>(lane.not_before() - now);
}

}  // namespace

TEST_CASE("a lane waits longer after each failure up to the most, and little again after a success") {
    std::minstd_rand random(1);
    Lane lane("irc/#a", 10, 1000);
    CHECK(wait_after(lane, {}, random) <= 1s);
    for (int i = 0; i < 20; ++i) wait_after(lane, {}, random);
    CHECK(wait_after(lane, {}, random) >= 150s);
    for (int i = 0; i < 100; ++i) CHECK(wait_after(lane, {}, random) <= 300s);
    lane.succeed();
    CHECK(wait_after(lane, {}, random) <= 1s);
}

TEST_CASE("a lane keeps to what the server asks for, with a tenth of jitter at most") {
    std::minstd_rand random(1);
    Lane lane("irc/#a", 10, 1000);
    for (int i = 0; i < 50; ++i) {
        const auto wait = wait_after(lane, 100s, random);
        CHECK(wait >= 100s);
        CHECK(wait <= 110s);
    }
}

TEST_CASE("a lane takes a breath when it is told to try again at once, twice in a row") {
    std::minstd_rand random(1);
    Lane lane("irc/#a", 10, 1000);
    CHECK(wait_after(lane, 0ms, random) == 0ms);
    CHECK(wait_after(lane, 0ms, random) >= 20ms);
    CHECK(wait_after(lane, -5ms, random) >= 20ms);
}

TEST_CASE("a lane does not believe a server that asks for years") {
    std::minstd_rand random(1);
    Lane lane("irc/#a", 10, 1000);
    CHECK(wait_after(lane, Lane::Duration::max(), random) <= 27h);
}
