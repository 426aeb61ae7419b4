// One bot on both of Fedora's buses, with the bridges between them: each message is taken once, whichever way it comes.
#include <chrono>
#include <map>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/amqp_client.h"
#include "tests/support/publisher.h"
#include "tests/support/rabbitmq.h"
#include "tests/system/bot_process.h"
#include "tests/system/numbers_shown.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

std::string id_of(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }
std::string body_of(int number) { return fmt::format(R"({{"message":"message <{}>","link":null}})", number); }

std::string configuration(const TempFolder& folder, const std::string& endpoint, const std::string& broker,
                          const std::string& queue, std::uint16_t page) {
    return fmt::format(R"(state_dir = "{}/state"
[source.old]
kind = "zmq"
endpoints = ["{}"]
[source.new]
kind = "amqp"
url = "{}"
queue = "{}"
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                       folder.path().string(), endpoint, broker, queue, page);
}

}  // namespace

TEST_CASE("what the bridges carry from one bus to the other is taken once") {
    const TempFolder folder;
    auto& broker = Rabbitmq::shared();
    AmqpClient client(broker.port());
    const std::string queue = "two-buses";
    client.make_queue(queue);
    BusPublisher bus;
    BotProcess bot(folder, configuration(folder, bus.endpoint(), broker.url(), queue, free_port()));
    REQUIRE(bus.sees_subscriptions());
    REQUIRE(bot.process().says("bot.started"));

    const auto shown = [&] { return numbers_shown(folder); };
    // The bridge to ZeroMQ puts a year before an id that has none; the one to AMQP leaves it.
    const auto by_zmq = [&](int number) {
        bus.send(topic, fmt::format(R"({{"topic":"{}","msg_id":"2026-{}","i":1,"username":"amqp-bridge","msg":{}}})",
                                    topic, id_of(number), body_of(number)));
    };
    const auto by_amqp = [&](int number, const std::string& year) {
        client.publish(topic, year + id_of(number), body_of(number));
    };
    for (int n = 0; n < 30; ++n) {
        if (n % 3 == 0) {  // from AMQP, and on to ZeroMQ
            by_amqp(n, "");
            by_zmq(n);
        } else if (n % 3 == 1) {  // from ZeroMQ, and on to AMQP
            by_zmq(n);
            by_amqp(n, "2026-");
        } else {  // seen on ZeroMQ long before
            by_zmq(n);
            REQUIRE(eventually([&] { return shown().count(n) == 1; }));
            by_amqp(n, "");
        }
    }
    REQUIRE(eventually([&] { return shown().size() == 30; }));
    by_amqp(100, "");
    by_zmq(101);
    REQUIRE(eventually([&] { return shown().size() == 32; }));
    const auto summary = bot.stop();
    INFO(summary);
    for (const auto& [number, count] : shown()) {
        INFO(number);
        CHECK(count == 1);
    }
    CHECK(count_in(summary, "duplicates") == 30);
    client.delete_queue(queue);
}
