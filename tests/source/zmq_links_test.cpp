#include "bot/source/zmq_links.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

using Names = std::vector<std::string>;

const std::string first = "tcp://127.0.0.1:9940", second = "tcp://127.0.0.2:9941";
const std::string named = "tcp://hub.example:9942", resolved = "tcp://192.0.2.7:9942";

struct Fixture {
    Fixture() {
        for (const auto& endpoint : {first, second, named}) links.add(endpoint);
    }
    Names abandoned() { return links.take_abandoned(start + ZmqLinks::patience); }

    ZmqLinks links;
    ZmqLinks::Time start{};
};

}  // namespace

TEST_CASE("a lost link that is tried again is not abandoned") {
    Fixture f;
    f.links.disconnected(first, f.start);
    f.links.retried(first);
    CHECK_FALSE(f.links.has_losses());
    CHECK(f.abandoned().empty());
}

TEST_CASE("a lost link that is not tried again is abandoned, after a while and once") {
    Fixture f;
    f.links.disconnected(first, f.start);
    CHECK(f.links.take_abandoned(f.start).empty());
    CHECK(f.links.has_losses());
    CHECK(f.abandoned() == Names{first});
    CHECK_FALSE(f.links.has_losses());
    CHECK(f.abandoned().empty());
}

TEST_CASE("another endpoint's retries answer for nobody") {
    Fixture f;
    f.links.disconnected(first, f.start);
    SECTION("one that was lost too") {
        f.links.disconnected(second, f.start);
        f.links.retried(second);
    }
    SECTION("one that was never there") {
        f.links.closed(second);
        f.links.retried(second);
    }
    SECTION("one with the same port that was never there") {
        f.links.closed("tcp://127.0.0.9:9940");
        f.links.retried("tcp://127.0.0.9:9940");
    }
    CHECK(f.abandoned() == Names{first});
}

TEST_CASE("a host name is known again by its port, whatever it resolved to") {
    Fixture f;
    SECTION("tried again under its number") {
        f.links.disconnected(named, f.start);
        f.links.retried(resolved);
        CHECK(f.abandoned().empty());
    }
    SECTION("abandoned under its number") {
        f.links.disconnected(resolved, f.start);
        CHECK(f.abandoned() == Names{named});
    }
}
