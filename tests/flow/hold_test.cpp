#include "bot/flow/hold.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

const Hold::TimePoint start = Hold::TimePoint(1000h);

Hold hold(bool first_waits) {
    RouteSettings route;
    route.name = "quiet";
    route.condense = {5min, first_waits};
    return Hold(Destination("irc/#a", route));
}

Hold::Held message(Entry entry, std::size_t bytes = 0) {
    return {std::make_shared<const Message>(
                Message::parse(R"({"topic":"a.b.c.d","msg":")" + std::string(bytes, 'x') + R"("})").value()),
            entry};
}

}  // namespace

TEST_CASE("the first of what belongs together goes at once, the rest waits for the window's end") {
    auto quiet = hold(false);
    CHECK_FALSE(quiet.ends());
    // Asking changes nothing: a duplicate is asked about, too.
    CHECK(quiet.lets_through({"update x", "user y"}));
    CHECK(quiet.lets_through({"update x", "user y"}));
    CHECK_FALSE(quiet.ends());
    quiet.note({"update x", "user y"}, start);
    CHECK(quiet.ends() == start + 5min);
    CHECK_FALSE(quiet.lets_through({"update x"}));
    CHECK_FALSE(quiet.lets_through({"update z", "user y"}));
    quiet.note({"update z", "user y"}, start + 2min);
    CHECK(quiet.lets_through({"update other"}));
    // What was kept back may bring others to wait, too.
    CHECK_FALSE(quiet.lets_through({"update z"}));
    CHECK(quiet.ends() == start + 5min);
}

TEST_CASE("where the first waits, only what shares nothing goes at once, and opens no window") {
    auto quiet = hold(true);
    CHECK(quiet.lets_through({}));
    quiet.note({}, start);
    CHECK_FALSE(quiet.ends());
    CHECK_FALSE(quiet.lets_through({"x"}));
    quiet.note({"x"}, start + 1min);
    CHECK(quiet.ends() == start + 6min);
}

TEST_CASE("taking closes the window and forgets its keys") {
    auto quiet = hold(false);
    quiet.note({"x"}, start);
    CHECK_FALSE(quiet.lets_through({"x"}));
    quiet.keep(message(7), start);
    const auto taken = quiet.take();
    REQUIRE(taken.size() == 1);
    CHECK(taken.front().entry == 7);
    CHECK_FALSE(quiet.ends());
    CHECK(quiet.lets_through({"x"}));
    CHECK(quiet.take().empty());
}

TEST_CASE("what was kept back before a restart keeps its window's end") {
    auto quiet = hold(false);
    quiet.keep(message(1), start - 4min);
    quiet.keep(message(2), start - 3min);
    CHECK(quiet.ends() == start + 1min);
}

TEST_CASE("a hold is full at a number of messages or of bytes") {
    auto many = hold(true), large = hold(true);
    for (Entry entry = 1; entry < Hold::most_messages; ++entry) many.keep(message(entry), start);
    CHECK_FALSE(many.is_full());
    many.keep(message(Hold::most_messages), start);
    CHECK(many.is_full());
    large.keep(message(1, Hold::most_bytes), start);
    CHECK(large.is_full());
    large.take();
    CHECK_FALSE(large.is_full());
}

TEST_CASE("a hold's name tells its target, also when the configuration does not know it any more") {
    CHECK(target_of_hold(hold(false).destination().hold) == "irc/#a");
    CHECK(target_of_hold("irc/#a").empty());
}
