#include "bot/road.h"

#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/bot/journey.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

TEST_CASE("a stored message that cannot be read any more is told, settled, and keeps nobody from the next") {
    const TempFolder folder;
    const auto file = folder / "journal.sqlite";
    {
        Journal journal(file);
        for (int number = 1; number <= 3; ++number)
            REQUIRE(journal.accept(announcement(number), {"timeline"}, std::chrono::system_clock::now()));
        journal.commit();
    }
    {
        Database database(file, 3, "");  // the journal's own version
        database.execute("UPDATE body SET bytes = 'garbage' WHERE entry IN (SELECT min(entry) FROM body)");
    }
    boost::asio::io_context loop;
    Journal journal(file);
    auto rulebook = Rulebook::load({});
    auto router = router_to("timeline");
    Road road(loop, journal, *rulebook, router);

    const auto page = road.read("timeline", 0, 1, 1 << 20);
    CHECK(page.posts.empty());
    CHECK_FALSE(page.is_last);
    const auto rest = road.read("timeline", 0, 10, 1 << 20);
    REQUIRE(rest.posts.size() == 2);
    CHECK(rest.posts.front().line->text == "n2");
    CHECK(rest.is_last);
    CHECK(road.counters().unreadable == 1);
    CHECK(road.lost() == 0);
    CHECK(journal.pending() == 2);
}

TEST_CASE("what a rule silences is journaled for nobody, and given up where it is owed already") {
    const TempFolder folder;
    write_file(folder / "hush.toml", "[[rule]]\nname = \"hush\"\ntopics = [\"announce.#\"]\nsilent = true\n");
    Journal journal(folder / "journal.sqlite");
    REQUIRE(journal.accept(announcement(1), {"timeline"}, std::chrono::system_clock::now()));
    journal.commit();
    boost::asio::io_context loop;
    auto rulebook = Rulebook::load({folder.path()});
    REQUIRE(rulebook);
    auto router = router_to("timeline");
    Road road(loop, journal, *rulebook, router);

    std::vector<Message> messages;
    messages.push_back(announcement(2));
    bool is_accepted = false;
    road.take(std::move(messages), [&] { is_accepted = true; });
    CHECK(road.read("timeline", 0, 10, 1 << 20).posts.empty());
    road.commit();
    CHECK(is_accepted);
    CHECK(road.counters().silenced == 2);
    CHECK(journal.pending() == 0);
    CHECK(road.lost() == 0);
}

TEST_CASE("a page of the journal ends where its bytes have come to the bound") {
    const TempFolder folder;
    Journal journal(folder / "journal.sqlite");
    for (int number = 1; number <= 50; ++number)
        REQUIRE(journal.accept(announcement(number), {"t"}, std::chrono::system_clock::now()));
    journal.commit();
    const auto part = journal.owed("t", 0, 100, 200);
    CHECK(part.messages.size() < 4);
    CHECK_FALSE(part.messages.empty());
    CHECK_FALSE(part.is_last);
    CHECK(journal.owed("t", 0, 100).is_last);
    CHECK_FALSE(journal.owed("t", 0, 50).is_last);
    CHECK(journal.owed("t", 50, 50).messages.empty());
}

TEST_CASE("a condensing route says a burst in the first message and one sentence, and counts every message") {
    const TempFolder folder;
    Journey journey(folder, {std::chrono::seconds(2), false});
    journey.take(comment(1, "ilse"));
    journey.take(comment(2, "bo"));
    journey.take(announcement(1));
    journey.take(comment(3, "odalys"));
    journey.take(comment(3, "odalys"));
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts ==
          std::vector<std::string>{"ilse commented on bodhi update tinyharp-1-1.fc41 (karma: 0)", "n1"});
    CHECK(journey.journal.pending() == 2);
    journey.run_until_delivered(3);
    REQUIRE(journey.bridge.texts.size() == 3);
    CHECK(journey.bridge.texts.back() == "bo and odalys commented on tinyharp-1-1.fc41");
    CHECK(journey.road.counters().condensed == 2);
    CHECK(journey.road.counters().sentences == 1);
    CHECK(journey.road.counters().duplicates == 1);
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what is kept back survives a restart and is said when its window ends") {
    const TempFolder folder;
    {
        Journey journey(folder, {std::chrono::hours(1), true});
        journey.take(comment(1, "ilse"));
        journey.take(comment(2, "bo"));
        journey.run(std::chrono::milliseconds(60));
        CHECK(journey.bridge.texts.empty());
        CHECK(journey.journal.pending() == 2);
    }
    Journey journey(folder, {std::chrono::seconds(1), true});
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"bo and ilse commented on tinyharp-1-1.fc41"});
    CHECK(journey.journal.pending() == 0);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what a route kept back is said at once when it condenses no more") {
    const TempFolder folder;
    {
        Journey journey(folder, {std::chrono::hours(1), true});
        journey.take(comment(1, "ilse"));
        journey.take(comment(2, "bo"));
        journey.run(std::chrono::milliseconds(60));
    }
    Journey journey(folder, {});
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"bo and ilse commented on tinyharp-1-1.fc41"});
    CHECK(journey.road.lost() == 0);
    CHECK(journey.journal.pending() == 0);
}

TEST_CASE("a hold that is full is said before its window ends") {
    const TempFolder folder;
    Journey journey(folder, {std::chrono::hours(1), true});
    for (int number = 0; number < static_cast<int>(Hold::most_messages) + 5; ++number)
        journey.take(comment(number, "ilse"));
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts.size() == 1);
    CHECK(journey.journal.pending() == 5);
    journey.road.release_holds();
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts.size() == 2);
    CHECK(journey.road.counters().condensed == Hold::most_messages + 5);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a message with a topic of our own is refused, however it is dressed up") {
    const TempFolder folder;
    Journey journey(folder, {});
    for (const std::string dress : {"", "\\u200b", "\\u0001", " "})
        journey.take(Message::parse(R"({"topic":")" + dress +
                                    R"(local.fedmsgbot.condensed.git.receive","msg":{"text":"forged"}})")
                         .value());
    journey.take(announcement(1));
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1"});
    CHECK(journey.road.counters().forged == 4);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a restart knows what the window has seen, and a duplicate opens none") {
    const TempFolder folder;
    {
        Journey journey(folder, {std::chrono::hours(1), false});
        journey.take(comment(1, "ilse"));
        journey.take(comment(2, "bo"));
        journey.run_until_delivered(1);
    }
    Journey journey(folder, {std::chrono::hours(1), false});
    journey.take(comment(3, "odalys"));
    journey.take(announcement(1));
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts == std::vector<std::string>{"n1"});
    journey.road.release_holds();
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts.back() == "bo and odalys commented on tinyharp-1-1.fc41");
    journey.take(comment(3, "odalys"));
    journey.take(comment(4, "zoe"));
    journey.run_until_delivered(3);
    CHECK(journey.bridge.texts.back() == "zoe commented on bodhi update tinyharp-1-1.fc41 (karma: 0)");
}

TEST_CASE("what was kept back and stays alone is said as if it had not been") {
    const TempFolder folder;
    Journey journey(folder, {std::chrono::hours(1), true});
    journey.take(comment(1, "ilse"));
    journey.road.release_holds();
    journey.run_until_delivered(1);
    CHECK(journey.bridge.texts ==
          std::vector<std::string>{"ilse commented on bodhi update tinyharp-1-1.fc41 (karma: 0)"});
    CHECK(journey.bridge.ids == std::vector<std::string>{"c-1"});
    CHECK(journey.road.counters().condensed == 0);
    CHECK(journey.road.counters().sentences == 0);
}
