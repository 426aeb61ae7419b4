#include "bridges/irc/sts_policies.h"

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const StsPolicies::Time now{1'700'000'000s};

}  // namespace

TEST_CASE("an offer of STS is read, whatever else stands in it") {
    const auto offer = StsOffer::parse("port=6697,preload,duration=2592000");
    CHECK(offer.port == 6697);
    CHECK(offer.duration == 2592000s);
    for (const auto* bad : {"", ",,", "port=", "port=70000,duration=-1", "port=6697x,duration=x"}) {
        CHECK(StsOffer::parse(bad).port == 0);
        CHECK_FALSE(StsOffer::parse(bad).duration);
    }
    CHECK(*StsOffer::parse("duration=4294967295").duration <= 400 * 24h);
}

TEST_CASE("a policy is remembered over a restart until its time is over, or until the server takes it back") {
    const TempFolder folder;
    {
        StsPolicies policies(folder / "net.sts");
        policies.learn("a.example", 6697, 100s, now);
        policies.learn("b.example", 7000, 100s, now);
    }
    StsPolicies policies(folder / "net.sts");
    CHECK(policies.port("a.example", now + 99s) == 6697);
    CHECK(policies.port("b.example", now) == 7000);
    CHECK_FALSE(policies.port("a.example", now + 100s));
    CHECK_FALSE(policies.port("c.example", now));
    policies.learn("a.example", 6697, 0s, now);
    CHECK_FALSE(StsPolicies(folder / "net.sts").port("a.example", now));
    CHECK(StsPolicies(folder / "net.sts").port("b.example", now) == 7000);
}

TEST_CASE(
    "what was said in clear is heeded for a while and not kept, and does not replace what a verified server said") {
    const TempFolder folder;
    StsPolicies policies(folder / "net.sts");
    policies.heed("a.example", 6697, now);
    policies.learn("b.example", 7000, 1000s, now);
    policies.heed("b.example", 1, now);
    CHECK(policies.port("a.example", now) == 6697);
    CHECK_FALSE(policies.port("a.example", now + 10min));
    CHECK(policies.port("b.example", now) == 7000);
    CHECK_FALSE(StsPolicies(folder / "net.sts").port("a.example", now));
}

TEST_CASE("a broken or missing file costs the memory only") {
    const TempFolder folder;
    write_file(folder / "net.sts", "a.example 6697 1800000000\nb.example 99999999 x\n");
    StsPolicies policies(folder / "net.sts");
    CHECK(policies.port("a.example", now) == 6697);
    StsPolicies nowhere(folder / "none" / "net.sts");
    nowhere.learn("a.example", 6697, 100s, now);
    CHECK(nowhere.port("a.example", now) == 6697);
}
