// The real binary on a real broker, with the timeline at its end.
#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/amqp/amqp_publisher.h"
#include "tests/support/amqp_client.h"
#include "tests/support/rabbitmq.h"
#include "tests/system/bot_process.h"
#include "tests/system/numbers_shown.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

// A bot on a queue of its own.
struct Town {
    Town() : queue(fmt::format("bot-{}", ++queues)), client(broker.port()), page(free_port()) {
        client.make_queue(queue);
    }
    ~Town() {
        bot.reset();
        AmqpClient(broker.port()).delete_queue(queue);
    }

    std::string configuration() const {
        return fmt::format(R"(state_dir = "{}"
[source.bus]
kind = "amqp"
url = "{}"
queue = "{}"
reconnect = "50ms"
reconnect_max = "500ms"
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                           (folder / "state").string(), broker.url(), queue, page);
    }
    BotProcess& start() {
        bot = std::make_unique<BotProcess>(folder, configuration());
        REQUIRE(bot->process().says("bot.started"));
        return *bot;
    }

    void publish(int first, int last) {
        for (int n = first; n <= last; ++n)
            client.publish(topic, fmt::format("00000000-0000-4000-8000-{:012}", n),
                           fmt::format(R"({{"message":"message <{:05}>","link":"https://example.org/{}"}})", n, n));
    }

    // After the first start.
    std::map<int, int> shown() const { return numbers_shown(folder); }
    bool shows_each_once(int last) const { return are_each_once(shown(), last); }

    static inline int queues = 0;
    Rabbitmq& broker = Rabbitmq::shared();
    const TempFolder folder;
    std::string queue;
    AmqpClient client;
    std::uint16_t page;
    std::unique_ptr<BotProcess> bot;
};

}  // namespace

TEST_CASE("what a broker's queue held and what comes later stands on the timeline, and the queue is empty") {
    Town town;
    town.publish(1, 300);
    auto& bot = town.start();
    town.publish(301, 400);
    CHECK(eventually([&] { return town.shows_each_once(400); }));
    const auto summary = bot.stop();
    INFO(summary << bot.process().errors());
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "received") == 400);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(town.client.waiting(town.queue) == 0);
}

TEST_CASE("a hundred thousand messages that waited in the queue stand on the timeline, each once") {
    constexpr int many = 100'000;
    Town town;
    {
        AmqpPublishing publishing;
        publishing.host = "127.0.0.1";
        publishing.port = town.broker.port();
        AmqpPublisher publisher(publishing, 10min);
        std::atomic<int> answered = 0, confirmed = 0;
        for (int n = 0; n < many; ++n) {
            REQUIRE(eventually([&] { return n - answered < 2000; }, 60s));
            publisher.publish({topic, fmt::format("id-{}", n), fmt::format(R"({{"message":"<{:05}>"}})", n)},
                              [&](AmqpAnswer answer) {
                                  confirmed += answer.kind == AmqpAnswer::Kind::confirmed;
                                  ++answered;
                              });
        }
        REQUIRE(eventually([&] { return answered == many; }, 120s));
        REQUIRE(confirmed == many);
    }
    REQUIRE(town.client.waiting(town.queue) == many);
    auto text = town.configuration();
    text.insert(text.find("reconnect ="), "prefetch = 1000\n");
    BotProcess reader(town.folder, text);
    REQUIRE(reader.process().says("bot.started"));
    CHECK(eventually(
        [&] {
            std::this_thread::sleep_for(500ms);  // counting is work, too
            return town.shows_each_once(many);
        },
        900s));
    const auto summary = reader.stop();
    INFO(summary << reader.process().errors());
    CHECK(count_in(summary, "received") == many);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(town.client.waiting(town.queue) == 0);
}

TEST_CASE("killed again and again, the bot on a queue shows every message once") {
    Town town;
    town.start();
    std::minstd_rand random(20261124);
    int last = 0;
    for (int life = 0; life < 12; ++life) {
        town.publish(last + 1, last + 100);
        last += 100;
        const auto enough = town.shown().size() + random() % 80;
        eventually([&] { return town.shown().size() >= enough; }, std::chrono::milliseconds(random() % 700));
        town.bot->kill();
        town.bot->start();
    }
    const bool is_all_there = eventually([&] { return town.shows_each_once(last); });
    // Before that, a signal ends the process as it does any other, without a summary.
    REQUIRE(eventually([&] { return !town.bot->line_with("bot.started").empty(); }));
    const auto summary = town.bot->stop();
    INFO(town.bot->process().errors());
    CHECK(is_all_there);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(town.client.waiting(town.queue) == 0);
}

TEST_CASE("the broker is stopped, killed and loses the queue, and every message is shown once") {
    Town town;
    auto& bot = town.start();
    town.publish(1, 100);
    town.broker.kill();
    town.broker.start();
    town.client = AmqpClient(town.broker.port());
    town.publish(101, 200);
    town.broker.stop();
    town.broker.start();
    town.client = AmqpClient(town.broker.port());
    town.publish(201, 300);
    REQUIRE(eventually([&] { return town.shows_each_once(300); }, 120s));
    town.client.delete_queue(town.queue);
    REQUIRE(bot.process().says("consumer cancelled by the broker", 60s));
    // The bot makes it anew, as it is configured; only then is anything kept.
    REQUIRE(eventually(
        [&] {
            const auto log = bot.process().errors();
            return log.find("source.connected", log.rfind("consumer cancelled by the broker")) != std::string::npos;
        },
        60s));
    town.publish(301, 320);
    CHECK(eventually([&] { return town.shows_each_once(320); }, 120s));
    const auto summary = bot.stop();
    INFO(summary << bot.process().errors());
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "outages") == -1);  // the queue kept what came meanwhile
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("poison and a body of 10 MB go past the bot, which tells of them once") {
    Town town;
    auto& bot = town.start();
    for (int n = 1; n <= 50; ++n) town.client.publish(topic, fmt::format("poison-{}", n), "no JSON");
    town.client.publish(topic, "large", R"({"text":")" + std::string(10'000'000, 'x') + R"("})");
    town.publish(1, 3);
    CHECK(eventually([&] { return town.shows_each_once(3); }));
    const auto summary = bot.stop();
    INFO(summary);
    CHECK(count_in(summary, "malformed") == 51);
    CHECK(town.client.waiting(town.queue) == 0);
    const auto log = bot.process().errors();
    CHECK(log.find("source.malformed") == log.rfind("source.malformed"));
}

TEST_CASE("a route by severity and schema takes what the broker's headers say") {
    Town town;
    const auto text = town.configuration() + "severity = \"warning\"\nschema = \"announce.*\"\n";
    BotProcess bot(town.folder, text);
    REQUIRE(bot.process().says("bot.started"));
    town.publish(1, 2);
    CHECK(eventually([&] { return town.shows_each_once(2); }));
    CHECK(count_in(bot.stop(), "unrouted") == -1);
}

TEST_CASE("a user without permissions is told so in the log, and the bot goes on asking") {
    Town town;
    town.broker.control({"add_user", "nobody", "secret-word"});
    town.broker.control({"set_permissions", "nobody", "^$", "^$", "^$"});
    write_file(town.folder / "password", "secret-word\n");
    auto text = town.configuration();
    const auto url = text.find(town.broker.url());
    text.replace(url, town.broker.url().size() + 1,
                 fmt::format("amqp://nobody@127.0.0.1:{}\"\npassword_file = \"{}\"", town.broker.port(),
                             (town.folder / "password").string()));
    BotProcess bot(town.folder, text);
    CHECK(bot.process().says("403 ACCESS_REFUSED"));
    town.broker.control({"set_permissions", "nobody", ".*", ".*", ".*"});
    town.publish(1, 1);
    CHECK(eventually([&] { return town.shows_each_once(1); }));
    bot.stop();
    CHECK(bot.status() == 0);
    CHECK(bot.process().errors().find("secret-word") == std::string::npos);
}
