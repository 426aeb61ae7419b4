#include "bot/road.h"

#include <catch2/catch.hpp>

#include "bot/flow/tasks.h"
#include "bot/store/database.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

Router router_to(std::string target, CondenseSettings condense = {}, std::optional<Demand> trust = {}) {
    RouteSettings route;
    route.trust = trust;
    route.name = "all";
    route.condense = condense;
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

Message comment(int number, const std::string& who, const std::string& update = "tinyharp-1-1.fc41") {
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":"c-{}","msg":{{"comment":{{"author":"{}","update_title":"{}"}}}}}})",
                  number, who, update))
            .value();
}

// Delivers everything and remembers what.
class AllBridge : public Bridge {
public:
    boost::asio::awaitable<void> run() override { co_return; }
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override {
        Outcomes outcomes;
        for (const auto* post : batch) {
            texts.push_back(post->line->text);
            ids.push_back(post->message->id());
            outcomes.push_back(Outcome::delivered());
        }
        co_return outcomes;
    }
    std::size_t batch_limit() const override { return 10; }

    std::vector<std::string> texts, ids;
};

// A road to one target, on the journal of a folder, that runs for as long as it is asked to.
class Journey {
public:
    Journey(const TempFolder& folder, CondenseSettings condense, std::optional<Demand> trust = {})
        : journal(folder / "journal.sqlite"), router_(router_to("t", condense, trust)) {
        road.connect("t", outbox_);
        road.resume();
        tasks_.spawn(outbox_.run(), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        });
    }
    ~Journey() {
        tasks_.cancel();
        run(std::chrono::milliseconds(20));
    }

    void take(Message message) {
        std::vector<Message> messages;
        messages.push_back(std::move(message));
        road.take(std::move(messages), [] {});
    }
    void run(std::chrono::milliseconds time) {
        loop_.restart();
        loop_.run_for(time);
    }
    // Until so many posts have arrived, or for ten seconds.
    void run_until_delivered(std::size_t posts) {
        for (int rounds = 0; rounds < 1000 && bridge.texts.size() < posts; ++rounds) run(std::chrono::milliseconds(10));
        run(std::chrono::milliseconds(50));
    }

private:
    boost::asio::io_context loop_;
    Result<Rulebook> rulebook_ = Rulebook::load({});
    Pacer pacer_{100, Pacer::Duration(0)};

public:
    AllBridge bridge;
    Journal journal;

private:
    Router router_;

public:
    Road road{loop_, journal, *rulebook_, router_};

private:
    Outbox outbox_{loop_.get_executor(), "t", bridge, pacer_, road, {"t"}, {}};
    Tasks tasks_{loop_.get_executor()};
};

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
        Database database(file, 2, "");  // the journal's own version
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
        Journey journey(folder, {std::chrono::seconds(1), true});
        journey.take(comment(1, "ilse"));
        journey.take(comment(2, "bo"));
        journey.run(std::chrono::milliseconds(60));
        CHECK(journey.bridge.texts.empty());
    }
    Journey journey(folder, {std::chrono::seconds(1), true});
    CHECK(journey.journal.pending() == 2);
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

TEST_CASE("of an event that comes under two topics, one is told, in whichever order and over a restart") {
    const auto message = [](std::string topic, std::string id, std::string body) {
        return Message::parse(
                   fmt::format(R"({{"topic":"org.fedoraproject.prod.{}","msg_id":"{}","msg":{}}})", topic, id, body))
            .value();
    };
    const auto anitya = [&](bool is_new, std::string id, std::string version) {
        return message(
            is_new ? "anitya.project.version.update.v2" : "anitya.project.version.update", id,
            fmt::format(
                R"({{"project":{{"id":9,"name":"tinyharp","version":"{0}"}},"message":{{"old_version":"2.4","upstream_version":"{0}","upstream_versions":["{0}"]}}}})",
                version));
    };
    const auto copr = [&](bool is_chroot, std::string id, int build) {
        return message(is_chroot ? "copr.chroot.start" : "copr.build.start", id,
                       fmt::format(R"({{"user":"ilse","copr":"harps","chroot":"f41","build":{}}})", build));
    };
    const auto account = [&](bool is_journal, std::string id, std::string user) {
        return is_journal
                   ? message(
                         "ipa.user_add.v1", id,
                         fmt::format(R"({{"IPA_API_ACTOR":"noggin@X","IPA_API_PARAMS":"{{\"uid\": \"{}\"}}"}})", user))
                   : message("fas.user.create", id, fmt::format(R"({{"msg":{{"agent":"{0}","user":"{0}"}}}})", user));
    };
    const auto member = [&](bool is_journal, std::string id, std::string user) {
        return is_journal
                   ? message(
                         "ipa.group_add_member.v1", id,
                         fmt::format(
                             R"({{"IPA_API_ACTOR":"mirko@X","IPA_API_PARAMS":"{{\"cn\": \"tuners\", \"user\": [\"{}\"]}}"}})",
                             user))
                   : message("fas.group.member.sponsor", id,
                             fmt::format(R"({{"msg":{{"agent":"mirko","user":"{}","group":"tuners"}}}})", user));
    };
    const bool is_first = GENERATE(false, true);
    const TempFolder folder;
    {
        Journey journey(folder, {});
        journey.take(anitya(is_first, "a1", "2.5"));
        journey.take(copr(is_first, "c1", 7));
        journey.take(account(is_first, "u1", "ilse"));
        journey.take(member(is_first, "g1", "ilse"));
        journey.run_until_delivered(4);
        CHECK(journey.bridge.ids == std::vector<std::string>{"a1", "c1", "u1", "g1"});
    }
    Journey journey(folder, {});
    journey.take(anitya(!is_first, "a2", "2.5"));
    journey.take(copr(!is_first, "c2", 7));
    journey.take(account(!is_first, "u2", "ilse"));
    journey.take(member(!is_first, "g2", "ilse"));
    CHECK(journey.road.counters().twins == 4);
    // Others, alone, are told; also a second time under the same topic.
    journey.take(anitya(!is_first, "a3", "2.6"));
    journey.take(copr(!is_first, "c3", 8));
    journey.take(account(!is_first, "u3", "bo"));
    journey.take(member(!is_first, "g3", "bo"));
    journey.take(anitya(!is_first, "a4", "2.6"));
    journey.run_until_delivered(5);
    CHECK(journey.bridge.ids == std::vector<std::string>{"a3", "c3", "u3", "g3", "a4"});
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a suspect shares no sentence with genuine messages where it is to be marked") {
    const TempFolder folder;
    Journey journey(folder, {std::chrono::milliseconds(300), true}, Demand::mark);
    for (int number = 1; number <= 6; ++number) {
        auto message = comment(number, "author" + std::to_string(number));
        if (number % 2 == 0) message.note_arrival({Trust::invalid, false, Demand::require});
        journey.take(std::move(message));
    }
    journey.run_until_delivered(4);
    REQUIRE(journey.bridge.texts.size() == 4);
    for (std::size_t n = 0; n < 3; ++n) CHECK(journey.bridge.texts[n] == "(invalid signature!)");
    CHECK(journey.bridge.texts[3].find("author1") != std::string::npos);
    CHECK(journey.bridge.texts[3].find("author2") == std::string::npos);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what was kept back when nobody asked for signatures is marked after a restart that asks") {
    const TempFolder folder;
    {
        Journey before(folder, {std::chrono::hours(1), true}, Demand::ignore);
        for (int number = 1; number <= 4; ++number) {
            auto message = comment(number, "author" + std::to_string(number));
            if (number > 2) message.note_arrival({Trust::unsigned_message, false, Demand::ignore});
            before.take(std::move(message));
        }
        before.run(std::chrono::milliseconds(100));
        CHECK(before.bridge.texts.empty());
    }
    Journey after(folder, {std::chrono::milliseconds(100), true}, Demand::mark);
    after.run_until_delivered(3);
    REQUIRE(after.bridge.texts.size() == 3);
    CHECK(after.bridge.texts[0] == "(unsigned)");
    CHECK(after.bridge.texts[1] == "(unsigned)");
    CHECK(after.bridge.texts[2].find("author1") != std::string::npos);
    CHECK(after.bridge.texts[2].find("author3") == std::string::npos);
    CHECK(after.road.lost() == 0);
}

TEST_CASE("a forged copy does not keep the genuine message out as a duplicate") {
    const TempFolder folder;
    Journey journey(folder, {}, Demand::mark);
    auto forged = announcement(1);
    forged.note_arrival({Trust::invalid, false, Demand::mark});
    journey.take(std::move(forged));
    auto genuine = announcement(1);
    genuine.note_arrival({Trust::genuine, false, Demand::mark});
    journey.take(std::move(genuine));
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts.size() == 2);
}
