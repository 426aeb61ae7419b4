// The set-ups of docs/scaling.md: real bots in several processes on a real broker.
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/amqp_client.h"
#include "tests/support/rabbitmq.h"
#include "tests/system/bot_process.h"
#include "tests/system/numbers_shown.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

std::string source(const Rabbitmq& broker, const std::string& queue) {
    return fmt::format(R"([source.bus]
kind = "amqp"
url = "{}"
queue = "{}"
reconnect = "50ms"
reconnect_max = "500ms"
)",
                       broker.url(), queue);
}

std::string timeline() {
    return fmt::format("[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:{}\"\n", free_port());
}

// One of the bots, with a folder of its own.
struct Member {
    Member(const std::string& configuration) {
        bot = std::make_unique<BotProcess>(
            folder, fmt::format("state_dir = \"{}\"\n", (folder / "state").string()) + configuration);
        await();
    }
    void await() {
        REQUIRE(bot->process().says("bot.started"));
        REQUIRE(bot->process().says("source.connected"));
    }
    void start_again() {
        bot->start();
        await();
    }
    std::map<int, int> shown() const { return numbers_shown(folder); }
    bool shows_each_once(int last) const { return are_each_once(shown(), last); }

    const TempFolder folder;
    std::unique_ptr<BotProcess> bot;
};

// Bots that read and render, and one that delivers.
struct Town {
    Town() : name(fmt::format("town-{}", ++towns)), client(broker.port()) {}

    std::string feeder(const std::string& queue, const std::string& more = "") const {
        return source(broker, queue) + more +
               fmt::format(R"([bridge.posts]
kind = "amqp"
url = "{}"
exchange = "{}"
reconnect = "50ms"
[[route]]
name = "all"
topics = ["#"]
to = ["posts/timeline"]
)",
                           broker.url(), name);
    }
    std::string sender() const {
        return source(broker, name + "-posts") + fmt::format("exchange = \"{}\"\nposts = [\"timeline\"]\n", name) +
               timeline();
    }
    void publish(int first, int last) {
        for (int n = first; n <= last; ++n)
            client.publish("org.fedoraproject.prod.announce.announcement",
                           fmt::format("00000000-0000-4000-8000-{:012}", n),
                           fmt::format(R"({{"message":"message <{:05}>","link":"https://example.org/{}"}})", n, n));
    }

    static inline int towns = 0;
    Rabbitmq& broker = Rabbitmq::shared();
    std::string name;
    AmqpClient client;
};

}  // namespace

TEST_CASE("two bots that read everything feed one that delivers it, and each message is shown once") {
    Town town;
    Member sender(town.sender()), first(town.feeder(town.name + "-a")), second(town.feeder(town.name + "-b"));
    town.publish(1, 300);
    CHECK(eventually([&] { return sender.shows_each_once(300); }, 60s));
    // The one that delivers is away, then killed: what is made meanwhile waits in its queue.
    sender.bot->kill();
    town.publish(301, 400);
    sender.start_again();
    CHECK(eventually([&] { return sender.shows_each_once(400); }, 60s));
    for (auto* member : {&first, &second}) {
        const auto summary = member->bot->stop();
        INFO(summary << member->bot->process().errors());
        CHECK(count_in(summary, "posts/timeline") == 400);
        CHECK(count_in(summary, "pending") == 0);
        CHECK(count_in(summary, "lost") == 0);
    }
    CHECK(eventually([&] { return town.client.waiting(town.name + "-posts") == 0; }));
    const auto summary = sender.bot->stop();
    INFO(summary << sender.bot->process().errors());
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "duplicates") >= 100);
}

TEST_CASE("when the active of two bots is killed the other takes over, and each message is shown once") {
    Town town;
    const auto queue = town.name + "-bus";
    Member sender(town.sender());
    Member active(town.feeder(queue, "single_active_consumer = true\n"));
    Member standby(town.feeder(queue, "single_active_consumer = true\n"));
    town.publish(1, 200);
    REQUIRE(eventually([&] { return sender.shown().size() >= 50; }, 60s));
    active.bot->kill();
    town.publish(201, 400);
    // All but what only the dead one's journal has: that is said when it is there again.
    CHECK(eventually([&] { return sender.shown().count(400) == 1; }, 60s));
    active.start_again();
    CHECK(eventually([&] { return sender.shows_each_once(400); }, 60s));
    // Now the other way round.
    standby.bot->kill();
    town.publish(401, 500);
    CHECK(eventually([&] { return sender.shown().count(500) == 1; }, 60s));
    standby.start_again();
    CHECK(eventually([&] { return sender.shows_each_once(500); }, 60s));
    CHECK(town.client.waiting(queue) == 0);
    CHECK(count_in(active.bot->stop(), "lost") == 0);
    CHECK(count_in(sender.bot->stop(), "lost") == 0);
}

TEST_CASE("two bots share the work of one queue, one is killed, and each message is shown once") {
    Town town;
    const auto queue = town.name + "-bus";
    Member sender(town.sender()), first(town.feeder(queue)), second(town.feeder(queue));
    town.publish(1, 300);
    REQUIRE(eventually([&] { return sender.shown().size() >= 100; }, 60s));
    first.bot->kill();
    town.publish(301, 400);
    first.start_again();
    CHECK(eventually([&] { return sender.shows_each_once(400); }, 60s));
    const auto one = first.bot->stop(), other = second.bot->stop();
    INFO(one << "\n" << other);
    CHECK(count_in(other, "received") > 0);
    CHECK(count_in(one, "lost") == 0);
    CHECK(count_in(other, "lost") == 0);
    CHECK(town.client.waiting(queue) == 0);
}

TEST_CASE("when bots that deliver themselves take turns, nothing is lost, and only what was in flight is said twice") {
    Town town;
    const auto configuration = [&] {
        return source(town.broker, town.name + "-bus") + "single_active_consumer = true\nprefetch = 20\n" + timeline() +
               "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"timeline\"]\n";
    };
    Member active(configuration()), standby(configuration());
    town.publish(1, 200);
    REQUIRE(eventually([&] { return active.shown().size() >= 50; }, 60s));
    CHECK(standby.shown().empty());
    active.bot->kill();
    town.publish(201, 300);
    CHECK(eventually([&] { return standby.shown().count(300) == 1; }, 60s));
    active.start_again();
    REQUIRE(eventually(
        [&] {
            auto all = active.shown();
            all.merge(standby.shown());
            return all.size() == 300;
        },
        60s));
    const auto before = active.shown();
    std::size_t twice = 0;
    for (const auto& [number, count] : standby.shown()) twice += before.count(number);
    CHECK(twice <= 20);
}

TEST_CASE("a post that is none, or for a target of somebody else, goes past the bot that delivers") {
    Town town;
    Member sender(town.sender());
    const auto put = [&](const std::string& body) {
        const auto done = run({"amqp-publish", "--url=" + town.broker.url(), "--exchange=" + town.name,
                               "--routing-key=timeline", "--body=" + body});
        REQUIRE(done.status == 0);
    };
    put("no JSON");
    put("{}");
    put(R"({"target":"libera/#other","text":"x","message":{"bytes":"{\"topic\":\"a.b\",\"msg\":{}}"}})");
    put(R"({"target":"timeline","text":"x","message":{"bytes":"{}"}})");
    put(R"({"target":"timeline","title":"t","text":"<00001>\r\nJOIN #evil \u202e","link":"javascript:x",)"
        R"("message":{"bytes":"{\"topic\":\"org.fedoraproject.prod.a.b\",\"msg\":{}}"}})");
    CHECK(eventually([&] { return sender.shown().size() == 1; }));
    Database file(sender.folder / "state" / "timeline.sqlite", 3, "");
    auto entry = file.prepare("SELECT text FROM entry");
    REQUIRE(entry.step());
    CHECK(entry.text(0) == "<00001> JOIN #evil");
    const auto summary = sender.bot->stop();
    INFO(summary);
    CHECK(count_in(summary, "malformed") == 1);
    CHECK(count_in(summary, "unfit") == 3);
    CHECK(count_in(summary, "lost") == 0);
}
