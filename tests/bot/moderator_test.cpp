// What a route's threshold, quiet hours and dedupe do with lines, by a clock that the test sets.
#include "bot/moderator.h"

#include <catch2/catch.hpp>

#include "tests/bot/journey.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// 2026-11-27 12:00 UTC.
const SystemTime noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + 12h;

Journey::Options sparing(NoiseSettings noise) {
    Journey::Options options;
    options.noise = noise;
    return options;
}

NoiseSettings at_most(std::size_t lines) {
    NoiseSettings noise;
    noise.threshold = RateLimit{lines, 1h};
    return noise;
}

NoiseSettings quiet_at_night() {
    NoiseSettings noise;
    noise.quiet = QuietHours{22h, 7h};
    return noise;
}

NoiseSettings no_repeats(std::chrono::milliseconds within) {
    NoiseSettings noise;
    noise.dedupe = within;
    return noise;
}

void take(Journey& journey, int first, int count) {
    for (int number = first; number < first + count; ++number) journey.take(announcement(number));
}

// Says the same as announcement(text), with another id.
Message same_words(int id, int text) {
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"s-{}","msg":{{"message":"n{}"}}}})",
                  id, text))
            .value();
}

}  // namespace

TEST_CASE("beyond its threshold a route says nothing until half of it is an hour old, and then one digest first") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, sparing(at_most(4)), clock.clock());
    take(journey, 1, 10);
    journey.run_until_delivered(4);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1", "n2", "n3", "n4"});
    CHECK(journey.road.counters().kept == 6);
    CHECK(journey.journal.pending() == 6);
    clock.pass(59min);
    journey.road.tend_reserves();
    take(journey, 11, 1);
    journey.run(50ms);
    CHECK(journey.bridge.texts.size() == 4);
    clock.pass(1min);
    journey.road.tend_reserves();
    journey.run_until_delivered(6);
    CHECK(journey.bridge.texts.size() == 6);
    CHECK(journey.bridge.texts[4] == "n5");
    CHECK(journey.bridge.texts[5] == "... and 6 more: 6 announce");
    take(journey, 12, 5);
    journey.run_until_delivered(8);
    CHECK(journey.bridge.texts.size() == 8);
    CHECK(journey.bridge.texts.back() == "n13");
    CHECK(journey.journal.pending() == 3);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a restart forgets neither what counts for the threshold nor what is kept back") {
    const TempFolder folder;
    GivenClock clock(noon);
    {
        Journey journey(folder, sparing(at_most(4)), clock.clock());
        take(journey, 1, 3);
        journey.run_until_delivered(3);
    }
    clock.pass(30min);
    {
        Journey journey(folder, sparing(at_most(4)), clock.clock());
        take(journey, 4, 3);
        journey.run_until_delivered(1);
        CHECK(journey.bridge.texts == std::vector<std::string>{"n4"});
    }
    clock.pass(30min);
    Journey journey(folder, sparing(at_most(4)), clock.clock());
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"... and 2 more: 2 announce"});
    CHECK(journey.road.lost() == 0);
    CHECK(journey.journal.pending() == 0);
}

TEST_CASE("what is kept back is told by itself where it is alone") {
    const TempFolder folder;
    GivenClock clock(noon);
    Journey journey(folder, sparing(at_most(1)), clock.clock());
    take(journey, 1, 2);
    journey.run_until_delivered(1);
    clock.pass(1h);
    journey.road.tend_reserves();
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1", "n2"});
    CHECK(journey.bridge.ids == std::vector<std::string>{"m-1", "m-2"});
    CHECK(journey.road.counters().moved == 1);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("in its quiet hours a route says nothing, and in the morning at most five lines") {
    const TempFolder folder;
    GivenClock clock(noon + 9h + 59min);
    Journey journey(folder, sparing(quiet_at_night()), clock.clock());
    journey.road.link_digests_to("https://x.example");
    take(journey, 1, 1);
    clock.pass(1min);
    take(journey, 2, 40);
    journey.run_until_delivered(1);
    clock.pass(8h);
    take(journey, 42, 9);
    journey.road.tend_reserves();
    journey.run(50ms);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1"});
    clock.pass(1h);
    journey.road.tend_reserves();
    journey.run_until_delivered(6);
    CHECK(journey.bridge.texts ==
          std::vector<std::string>{"n1", "n2", "n3", "n4", "n5", "in the quiet hours: 45 messages: 45 announce"});
    CHECK(journey.bridge.links.back().find("https://x.example/?start=") == 0);
    CHECK(journey.bridge.links.back().find("&category=announce") != std::string::npos);
    CHECK(journey.road.counters().digested == 45);
    CHECK(journey.road.counters().kept == 49);
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what came in the night is condensed by the rules, and equal lines are one") {
    const TempFolder folder;
    GivenClock clock(noon + 11h);
    Journey journey(folder, sparing(quiet_at_night()), clock.clock());
    journey.take(comment(1, "ilse"));
    journey.take(comment(2, "bo"));
    journey.take(announcement(1));
    journey.take(same_words(1, 1));
    journey.run(50ms);
    clock.pass(8h);
    journey.road.tend_reserves();
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts == std::vector<std::string>{"bo and ilse commented on tinyharp-1-1.fc41", "n1 (x2)"});
    CHECK(journey.road.counters().condensed == 2);
    CHECK(journey.road.counters().collapsed == 2);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("however long the night, the journal keeps a bounded number of it") {
    const TempFolder folder;
    GivenClock clock(noon + 11h);
    Journey journey(folder, sparing(quiet_at_night()), clock.clock());
    constexpr int many = 3 * static_cast<int>(Moderator::most_kept) + 7;
    for (int number = 0; number < many; number += 500) {
        take(journey, number, std::min(500, many - number));
        for (int rounds = 0; rounds < 200 && journey.journal.pending() > Moderator::most_kept; ++rounds)
            journey.run(20ms);
        CHECK(journey.journal.pending() <= Moderator::most_kept);
    }
    clock.pass(8h);
    journey.road.tend_reserves();
    journey.run_until_delivered(5);
    REQUIRE(journey.bridge.texts.size() == 5);
    CHECK(journey.bridge.texts.front() == "n0");
    CHECK(journey.bridge.texts.back() == fmt::format("in the quiet hours: {0} messages: {0} announce", many - 4));
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("the morning's lines count for the threshold, too") {
    const TempFolder folder;
    GivenClock clock(noon + 11h);
    auto noise = quiet_at_night();
    noise.threshold = RateLimit{4, 1h};
    Journey journey(folder, sparing(noise), clock.clock());
    take(journey, 1, 9);
    journey.run(50ms);
    clock.pass(8h);
    journey.road.tend_reserves();
    take(journey, 10, 5);
    journey.run_until_delivered(4);
    CHECK(journey.bridge.texts ==
          std::vector<std::string>{"n1", "in the quiet hours: 8 messages: 8 announce", "n10", "n11"});
    CHECK(journey.journal.pending() == 3);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what a route kept back is told at once when the configuration knows the route no more") {
    const TempFolder folder;
    GivenClock clock(noon + 11h);
    {
        Journey journey(folder, sparing(quiet_at_night()), clock.clock());
        take(journey, 1, 9);
        journey.run(50ms);
        CHECK(journey.journal.pending() == 9);
    }
    Journey journey(folder, {}, clock.clock());
    journey.run_until_delivered(5);
    CHECK(journey.bridge.texts.size() == 5);
    CHECK(journey.bridge.texts.back() == "... and 5 more: 5 announce");
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("the same line is not said again within the time that its route says, over a restart too") {
    const TempFolder folder;
    GivenClock clock(noon);
    {
        Journey journey(folder, sparing(no_repeats(10min)), clock.clock());
        journey.take(announcement(1));
        journey.take(same_words(1, 1));
        journey.take(announcement(2));
        journey.run_until_delivered(2);
        CHECK(journey.bridge.texts == std::vector<std::string>{"n1", "n2"});
        CHECK(journey.road.counters().deduped == 1);
        CHECK(journey.journal.pending() == 0);
        CHECK(journey.road.lost() == 0);
    }
    clock.pass(9min);
    {
        Journey journey(folder, sparing(no_repeats(10min)), clock.clock());
        journey.take(same_words(2, 1));
        journey.run(50ms);
        CHECK(journey.bridge.texts.empty());
        CHECK(journey.road.counters().deduped == 1);
    }
    // From when it was said, not from when it was dropped.
    clock.pass(1min);
    Journey journey(folder, sparing(no_repeats(10min)), clock.clock());
    journey.take(same_words(2, 1));  // known by its id
    journey.take(same_words(3, 1));
    journey.run_until_delivered(1);
    CHECK(journey.bridge.ids == std::vector<std::string>{"s-3"});
    CHECK(journey.road.counters().duplicates == 1);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what is kept back was not said, so it does not silence what is said later") {
    const TempFolder folder;
    GivenClock clock(noon + 18h + 55min);
    auto noise = quiet_at_night();
    noise.dedupe = 1h;
    Journey journey(folder, sparing(noise), clock.clock());
    journey.take(announcement(1));
    journey.take(same_words(1, 1));
    journey.run(50ms);
    CHECK(journey.road.counters().deduped == 0);
    clock.pass(10min);
    journey.road.tend_reserves();
    journey.take(same_words(2, 1));
    journey.run_until_delivered(2);
    // The morning's line is in other words: it tells two.
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1 (x2)", "n1"});
    journey.take(same_words(3, 1));
    journey.run(50ms);
    CHECK(journey.bridge.texts.size() == 2);
    CHECK(journey.road.counters().deduped == 1);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a sentence that condenses is judged when its window ends, like a line") {
    const TempFolder folder;
    GivenClock clock(noon);
    auto options = sparing(at_most(1));
    options.condense = {1h, true};
    options.noise.dedupe = 2h;
    Journey journey(folder, options, clock.clock());
    const auto said_by_two = [&](int first) {
        journey.take(comment(first, "ilse"));
        journey.take(comment(first + 1, "bo"));
        journey.road.release_holds();
    };
    said_by_two(1);
    journey.run_until_delivered(1);
    said_by_two(3);  // the same sentence
    journey.run(50ms);
    CHECK(journey.road.counters().deduped == 2);
    journey.take(announcement(1));
    journey.run(50ms);
    CHECK(journey.bridge.texts == std::vector<std::string>{"bo and ilse commented on tinyharp-1-1.fc41"});
    CHECK(journey.journal.pending() == 1);
    clock.pass(1h);
    journey.road.tend_reserves();
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts.back() == "n1");
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what a full window leaves for the end of quiet hours is told when they end") {
    const TempFolder folder;
    // Its timer is set by the clock of people for the twentieth of a second that is left.
    GivenClock clock(noon + 18h + 59min + 59s + 950ms);
    auto options = sparing(quiet_at_night());
    options.condense = {1h, true};
    Journey journey(folder, options, clock.clock());
    for (int number = 0; number < static_cast<int>(Hold::most_messages); ++number)
        journey.take(comment(number, number % 2 == 0 ? "ilse" : "bo"));
    CHECK(journey.road.counters().kept == 1);
    clock.pass(1s);
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"bo and ilse commented on tinyharp-1-1.fc41"});
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what an archive gave late obeys all that what is new obeys") {
    const TempFolder folder;
    GivenClock clock(noon);
    auto noise = at_most(2);
    noise.dedupe = 10min;
    Journey journey(folder, sparing(noise), clock.clock());
    const auto late = [](Message message) {
        message.note_arrival({Trust::unchecked, true});
        return message;
    };
    journey.take(late(announcement(1)));
    journey.take(late(same_words(1, 1)));
    journey.take(late(announcement(2)));
    journey.take(late(announcement(3)));
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1", "n2"});
    CHECK(journey.road.counters().deduped == 1);
    CHECK(journey.road.counters().kept == 1);
    CHECK(journey.road.lost() == 0);
}
