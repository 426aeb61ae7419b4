#include "bot/road.h"

#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

Router router_to(std::string target) {
    RouteSettings route;
    route.name = "all";
    route.topics.push_back(TopicPattern::parse("#").value());
    route.to.push_back(std::move(target));
    auto router = Router::make({route});
    return std::move(router).value();
}

Message announcement(int number) {
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"m-{}","msg":{{"message":"n{}"}}}})",
                  number, number))
            .value();
}

}  // namespace

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
        Database database(file, 1, "");  // the journal's own version
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
