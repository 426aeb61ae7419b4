#include "bot/flow/pacer.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {
const Pacer::TimePoint start{1h};
}

TEST_CASE("a pacer lets a burst go, then one each interval") {
    Pacer pacer(3, 2s);
    CHECK(pacer.available(start) == 3);
    for (int i = 0; i < 3; ++i) {
        CHECK(pacer.earliest(start) <= start);
        pacer.spend(start);
    }
    CHECK(pacer.available(start) == 0);
    CHECK(pacer.earliest(start) == start + 2s);
    CHECK(pacer.available(start + 1999ms) == 0);
    CHECK(pacer.available(start + 2s) == 1);
    pacer.spend(start + 2s);
    CHECK(pacer.earliest(start + 2s) == start + 4s);
}

TEST_CASE("a quiet time gives the burst back, and no more") {
    Pacer pacer(3, 2s);
    pacer.spend(start, 3);
    CHECK(pacer.available(start + 5s) == 2);
    CHECK(pacer.available(start + 6s) == 3);
    CHECK(pacer.available(start + 24h) == 3);
}

TEST_CASE("a debt is waited for") {
    Pacer pacer(2, 1s);
    pacer.spend(start, 5);
    CHECK(pacer.available(start + 3s) == 0);
    CHECK(pacer.earliest(start) == start + 4s);
    CHECK(pacer.available(start + 4s) == 1);
}

TEST_CASE("a pacer without an interval never makes anybody wait") {
    Pacer pacer(1, 0ms);
    pacer.spend(start, 1000);
    CHECK(pacer.available(start) == 1);
    CHECK(pacer.earliest(start) <= start);
}
