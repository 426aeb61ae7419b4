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

TEST_CASE("complaints double the interval up to eight times, and quiet minutes halve it again") {
    Pacer pacer(5, 2s);
    auto now = start;
    for (const int expected : {2, 4, 8, 8}) {
        pacer.slow_down(now);
        CHECK(pacer.slowness(now) == expected);
        now += 11s;
    }
    now = pacer.earliest(now);
    pacer.spend(now);
    CHECK(pacer.earliest(now) == now + 16s);
    now += 2min;
    CHECK(pacer.slowness(now) == 4);
    now += 4min;
    CHECK(pacer.slowness(now) == 1);
    CHECK(pacer.complaints() == 4);
    pacer.spend(now, pacer.available(now));
    CHECK(pacer.earliest(now) == now + 2s);
}

TEST_CASE("a pacer tells when what was spent beyond the burst is paid") {
    Pacer pacer(5, 2s);
    pacer.spend(start, 5);
    CHECK(pacer.paid_at(start) <= start);
    pacer.spend(start, 3);
    CHECK(pacer.paid_at(start) == start + 6s);
    CHECK(Pacer(5, 0s).paid_at(start) == start);
}

TEST_CASE("complaints about one burst count once") {
    Pacer pacer(5, 2s);
    for (int i = 0; i < 50; ++i) pacer.slow_down(start + i * 10ms);
    CHECK(pacer.slowness(start + 1s) == 2);
    CHECK(pacer.complaints() == 50);
}

TEST_CASE("after a complaint the burst is gone, and no debt grows when the pace recovers") {
    Pacer pacer(5, 2s);
    pacer.slow_down(start);
    CHECK(pacer.available(start) == 0);
    CHECK(pacer.earliest(start) == start + 4s);
    const auto recovered = start + 2min;
    pacer.spend(recovered - 1s, 10);  // 5 turns of 4s are owed beyond the burst
    CHECK(pacer.available(recovered) == 0);
    CHECK(pacer.earliest(recovered) > recovered + 10s);
    CHECK(pacer.earliest(recovered) < recovered + 13s);
}

TEST_CASE("a pace without waiting begins to wait when the server complains") {
    Pacer pacer(256, 0ms);
    pacer.slow_down(start);
    CHECK(pacer.earliest(start) > start);
    CHECK(pacer.earliest(start + 10min) == start + 10min);
}
