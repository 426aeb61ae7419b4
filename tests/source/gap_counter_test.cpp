#include "bot/source/gap_counter.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/publisher.h"

using namespace fedmsgbot;
using fedmsgbot::testing::fedmsg;

namespace {

constexpr std::uint64_t anybody = 7;

void see_all(GapCounter& counter, std::uint64_t first, std::uint64_t last, std::uint64_t sender = anybody) {
    for (auto number = first; number <= last; ++number) counter.see(sender, number);
}

Message message(std::string bytes) {
    auto parsed = Message::parse(std::move(bytes));
    REQUIRE(parsed);
    return std::move(parsed).value();
}

}  // namespace

TEST_CASE("a sender that counts on has no gap") {
    GapCounter counter;
    see_all(counter, 1, 5000);
    CHECK(counter.lost() == 0);
}

TEST_CASE("a jump is a loss of just the numbers left out, once the sender went on from there") {
    GapCounter counter;
    see_all(counter, 1, 100);
    see_all(counter, 111, 111 + GapCounter::proof - 1);
    CHECK(counter.lost() == 0);
    counter.see(anybody, 111 + GapCounter::proof);
    CHECK(counter.lost() == 10);
}

TEST_CASE("losses scattered over a burst are all counted") {
    GapCounter counter;
    std::uint64_t left_out = 0;
    for (std::uint64_t number = 1; number <= 1000; ++number) {
        if (number > 1 && number < 900 && number % 7 == 0)
            ++left_out;
        else
            counter.see(anybody, number);
    }
    CHECK(counter.lost() == left_out);
}

TEST_CASE("what is no loss is not counted") {
    GapCounter counter;
    SECTION("a process that starts anew") {
        see_all(counter, 1, 500);
        see_all(counter, 1, 600);
    }
    SECTION("a process first heard of in the middle") { see_all(counter, 4711, 5000); }
    SECTION("the same message by two gateways, in step or one behind the other") {
        for (std::uint64_t number = 1; number <= 300; ++number) {
            counter.see(anybody, number);
            counter.see(anybody, number);
            if (number > 20) counter.see(anybody, number - 20);
        }
    }
    SECTION("a second process of the same user, heard of first when it is a little ahead") {
        see_all(counter, 1, 100);
        for (std::uint64_t n = 0; n < 200; ++n) {
            counter.see(anybody, 101 + n);
            counter.see(anybody, 160 + n);
        }
    }
    SECTION("eight processes taking turns") {
        for (std::uint64_t n = 1; n < 500; ++n)
            for (std::uint64_t process = 0; process < 8; ++process) counter.see(anybody, process * 5000 + n);
    }
    SECTION("more processes than can be told apart") {
        for (std::uint64_t n = 1; n < 500; ++n)
            for (std::uint64_t process = 0; process < 50; ++process) counter.see(anybody, process * 37 + n);
    }
    SECTION("two neighbours swapped on the way") {
        see_all(counter, 1, 100);
        counter.see(anybody, 102);
        counter.see(anybody, 101);
        see_all(counter, 103, 200);
    }
    SECTION("a jump wider than any queue of ours") {
        see_all(counter, 1, 100);
        see_all(counter, 102 + GapCounter::widest, 2000);
    }
    CHECK(counter.lost() == 0);
}

TEST_CASE("a loss is found in a stream that shares its sender with another") {
    GapCounter counter;
    for (std::uint64_t n = 1; n <= 200; ++n) {
        if (n < 50 || n >= 60) counter.see(anybody, n);
        counter.see(anybody, 20'000 + n);
    }
    CHECK(counter.lost() == 10);
}

TEST_CASE("a process that was started again and again is still watched") {
    GapCounter counter;
    for (std::uint64_t start = 0; start < 40; ++start) see_all(counter, 1, 300 + start * 2);
    see_all(counter, 1, 100);
    see_all(counter, 104, 200);
    CHECK(counter.lost() == 3);
}

TEST_CASE("senders are told apart by certificate, else by user name") {
    const std::string same_user = "apache";
    const auto signed_by = [&](const std::string& certificate, int i) {
        return message(R"({"topic":"a.b.c.d","msg":{},"username":"apache","certificate":")" + certificate +
                       R"(","i":)" + std::to_string(i) + "}");
    };
    GapCounter counter;
    for (int n = 1; n <= 40; ++n) {
        counter.see(signed_by("one", n));
        counter.see(signed_by("two", 20 + n));
        counter.see(message(fedmsg("a.b.c.d", 60 + n, same_user)));
    }
    CHECK(counter.senders() == 3);
    CHECK(counter.lost() == 0);
}

TEST_CASE("messages that count nothing, or nonsense, are left out") {
    GapCounter counter;
    for (const auto* i : {"null", "\"12\"", "-5", "0", "1.5", "18446744073709551615", "[1]", "true"})
        counter.see(message(std::string(R"({"topic":"a.b.c.d","username":"x","i":)") + i + "}"));
    counter.see(message(R"({"topic":"a.b.c.d","i":5})"));
    CHECK(counter.senders() == 0);
    counter.see(message(R"({"topic":"a.b.c.d","username":"x","i":9223372036854775807})"));
    CHECK(counter.senders() == 1);
    CHECK(counter.lost() == 0);
}

TEST_CASE("the table of senders stays bounded and forgets the oldest") {
    GapCounter counter;
    see_all(counter, 1, 10, 1);
    for (std::uint64_t sender = 2; sender < 5000; ++sender) {
        counter.see(sender, 1);
        counter.see(anybody, sender);
    }
    CHECK(counter.senders() == GapCounter::most_senders);
    see_all(counter, 5010, 5040);
    CHECK(counter.lost() == 10);
}
