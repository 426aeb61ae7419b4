#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/amqp_client.h"
#include "tests/support/archive_script.h"
#include "tests/support/http_call.h"
#include "tests/support/publisher.h"
#include "tests/support/rabbitmq.h"
#include "tests/support/world.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto topic = "org.fedoraproject.prod.announce.announcement";

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string body(const std::string& text) { return fmt::format(R"({{"message": "<{}>", "link": null}})", text); }

std::string live(const std::string& id) {
    return fmt::format(R"({{"topic": "{}", "msg_id": "2026-{}", "timestamp": {}, "msg": {}}})", topic, id,
                       seconds_now(), body(id));
}

// With the counter of a sender.
std::string counted(const std::string& id, int number) {
    return fmt::format(
        R"({{"topic": "{}", "msg_id": "2026-{}", "timestamp": {}, "i": {}, "username": "u", "msg": {}}})", topic, id,
        seconds_now(), number, body(id));
}

std::string zmq(const std::string& endpoint) { return fmt::format("kind = \"zmq\"\nendpoints = [\"{}\"]", endpoint); }

std::string configuration(const TempFolder& folder, const std::string& source, const std::string& archive,
                          std::uint16_t page) {
    const auto catch_up =
        archive.empty()
            ? std::string()
            : fmt::format(
                  R"(catch_up = {{ archive = "{}", delay = "100ms", every = "20ms", page = 20, timeout = "5s" }})",
                  archive);
    return fmt::format(R"(state_dir = "{}/state"
[source.bus]
{}
{}
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                       folder.path().string(), source, catch_up, page);
}

// The ids that the timeline shows, in its order.
std::vector<std::string> shown(const TempFolder& folder) {
    const auto file = folder / "state" / "timeline.sqlite";
    if (!std::filesystem::exists(folder / "state" / "journal.sqlite") || !std::filesystem::exists(file)) return {};
    Database timeline(file, 3, "");
    if (!timeline.ask("SELECT 1 FROM sqlite_master WHERE name = 'entry'")) return {};
    auto entries = timeline.prepare("SELECT message_id FROM entry ORDER BY id");
    std::vector<std::string> ids;
    while (entries.step()) {
        const std::string id(entries.text(0));
        ids.push_back(id.starts_with("2026-") ? id.substr(5) : id);
    }
    return ids;
}

std::vector<std::string> of_the_archive(const std::vector<std::string>& ids) {
    std::vector<std::string> found;
    for (const auto& id : ids)
        if (id.starts_with("missed")) found.push_back(id);
    return found;
}

}  // namespace

TEST_CASE("what the bus said while the bot was away is on the timeline once, however often it is killed meanwhile") {
    const TempFolder folder;
    ArchiveScript archive;
    if (GENERATE(false, true)) archive.lack("/raw");
    BusPublisher bus;
    const auto text = configuration(folder, zmq(bus.endpoint()), archive.url(), free_port());
    BotProcess bot(folder, text);
    REQUIRE(bus.sees_subscriptions());
    for (int n = 0; n < 10; ++n) {
        bus.send(topic, live(fmt::format("heard{}", n)));
        archive.put({topic, fmt::format("2026-heard{}", n), seconds_now(), body(fmt::format("heard{}", n))});
    }
    REQUIRE(eventually([&] { return shown(folder).size() == 10; }));
    bot.kill();

    std::vector<std::string> missed;
    for (int n = 0; n < 240; ++n) {
        missed.push_back(fmt::format("missed{:03}", n));
        archive.put({topic, "2026-" + missed.back(), seconds_now() - 100 + n / 3, body(missed.back())});
    }
    archive.set_repeating(true);
    HttpScript::Step step;
    step.status = 500;
    archive.fail_next(step);
    step.status = 429;
    archive.fail_next(step);
    step = {};
    step.body = "<!doctype html>";
    archive.fail_next(step);
    step.body = R"({"raw_messages": [{"topic": "a.b", "msg_id": "half)";
    archive.fail_next(step);

    std::minstd_rand random(20261124);
    for (int life = 0; life < 6; ++life) {
        const auto asked = archive.targets().size() + 2 + random() % 4;
        bot.start();
        eventually([&] { return archive.targets().size() >= asked; }, 10s);
        bus.send(topic, live(fmt::format("live{}", life)));
        bot.kill();
    }
    bot.start();
    REQUIRE(eventually([&] { return of_the_archive(shown(folder)).size() >= missed.size(); }, 60s));
    // The bus brings again what the archive gave.
    REQUIRE(eventually(
        [&] {
            bus.send(topic, live("missed007"));
            bus.send(topic, live("last"));
            const auto ids = shown(folder);
            return std::find(ids.begin(), ids.end(), "last") != ids.end();
        },
        60s));
    const auto summary = bot.stop();
    INFO(summary);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "outages_unfetched") == -1);
    CHECK(of_the_archive(shown(folder)) == missed);
    std::map<std::string, int> counts;
    for (const auto& id : shown(folder)) ++counts[id];
    for (const auto& [id, count] : counts) {
        INFO(id);
        CHECK(count == 1);
    }
    for (int n = 0; n < 10; ++n) CHECK(counts[fmt::format("heard{}", n)] == 1);
}

TEST_CASE("a bot catches up from another bot's timeline") {
    const TempFolder first, second;
    BusPublisher bus;
    const auto page = free_port();
    BotProcess a(first, configuration(first, zmq(bus.endpoint()), "", page));
    BotProcess b(second,
                 configuration(second, zmq(bus.endpoint()), fmt::format("http://127.0.0.1:{}", page), free_port()));
    REQUIRE(eventually([&] {
        bus.send(topic, live("heard"));
        return shown(first).size() == 1 && shown(second).size() == 1;
    }));
    b.kill();
    std::vector<std::string> missed;
    for (int n = 0; n < 70; ++n) {
        missed.push_back(fmt::format("missed{:03}", n));
        bus.send(topic, live(missed.back()));
    }
    REQUIRE(eventually([&] { return shown(first).size() == 71; }));
    b.start();
    REQUIRE(eventually([&] { return shown(second).size() == 71; }, 60s));
    CHECK(of_the_archive(shown(second)) == missed);
    const auto summary = b.stop();
    INFO(summary);
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "duplicates") >= 1);
}

TEST_CASE("a link that was down is caught up on while the bot runs") {
    const TempFolder folder;
    ArchiveScript archive;
    auto bus = std::make_unique<BusPublisher>();
    const auto endpoint = bus->endpoint();
    BotProcess bot(folder, configuration(folder, zmq(endpoint), archive.url(), free_port()));
    REQUIRE(bus->sees_subscriptions());
    bus->send(topic, live("heard"));
    REQUIRE(eventually([&] { return shown(folder).size() == 1; }));
    bus.reset();
    REQUIRE(bot.process().says("source.disconnected"));
    archive.put({topic, "2026-missed", seconds_now(), body("missed")});
    bus = std::make_unique<BusPublisher>(endpoint);
    REQUIRE(eventually([&] { return shown(folder) == std::vector<std::string>{"heard", "missed"}; }, 60s));
    const auto summary = bot.stop();
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "late") == 1);
}

TEST_CASE("messages that a sender counted and that did not come are fetched while the bot runs") {
    const TempFolder folder;
    ArchiveScript archive;
    BusPublisher bus;
    BotProcess bot(folder, configuration(folder, zmq(bus.endpoint()), archive.url(), free_port()));
    REQUIRE(bus.sees_subscriptions());
    for (int n = 1; n <= 30; ++n) {
        const bool is_lost = n >= 6 && n <= 8;
        const auto id = fmt::format(fmt::runtime(is_lost ? "missed{}" : "heard{}"), n);
        archive.put({topic, "2026-" + id, seconds_now(), body(id)});
        if (!is_lost) bus.send(topic, counted(id, n));
    }
    REQUIRE(bot.process().says("messages were lost"));
    REQUIRE(eventually([&] { return shown(folder).size() == 30; }, 60s));
    CHECK(of_the_archive(shown(folder)) == std::vector<std::string>{"missed6", "missed7", "missed8"});
    const auto summary = bot.stop();
    INFO(summary);
    CHECK(count_in(summary, "gaps") == 3);
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "outages_unfetched") == -1);
}

TEST_CASE(
    "what a broker said while it was away from the bot is fetched, where its queue was gone with the connection") {
    const TempFolder folder;
    ArchiveScript archive;
    auto& broker = Rabbitmq::shared();
    const auto source = fmt::format(
        "kind = \"amqp\"\nurl = \"{}\"\nreconnect = \"50ms\"\nreconnect_max = \"500ms\"\ntopics = [\"org.#\"]",
        broker.url());
    BotProcess bot(folder, configuration(folder, source, archive.url(), free_port()));
    REQUIRE(bot.process().says("source.connected", 60s));
    AmqpClient(broker.port()).publish(topic, "heard", body("heard"));
    REQUIRE(eventually([&] { return shown(folder).size() == 1; }, 60s));
    broker.kill();
    REQUIRE(bot.process().says("source.disconnected", 60s));
    archive.put({topic, "missed", seconds_now(), body("missed")});
    broker.start();
    REQUIRE(eventually([&] { return shown(folder) == std::vector<std::string>{"heard", "missed"}; }, 120s));
    AmqpClient(broker.port()).publish(topic, "live", body("live"));
    REQUIRE(eventually([&] { return shown(folder).size() == 3; }, 60s));
    const auto summary = bot.stop();
    INFO(summary << bot.process().errors());
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "late") == 1);
}

TEST_CASE("without an archive a restart is told as a gap") {
    const TempFolder folder;
    BusPublisher bus;
    BotProcess bot(folder, configuration(folder, zmq(bus.endpoint()), "", free_port()));
    REQUIRE(bus.sees_subscriptions());
    bus.send(topic, live("heard"));
    REQUIRE(eventually([&] { return shown(folder).size() == 1; }));
    CHECK(count_in(bot.stop(), "outages") == -1);
    bot.start();
    REQUIRE(bot.process().says("source.gap"));
    REQUIRE(bot.process().says("bot.started"));
    const auto summary = bot.stop();
    CHECK(count_in(summary, "outages") == 1);
    CHECK(count_in(summary, "outages_unfetched") == 1);
}
