// Whatever befalls the broker, what was not accepted comes again, and the source never ends.
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>

#include "tests/source/amqp_bus.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// Until all of these were heard at least once; what comes is accepted at once.
bool hears_all(AmqpBus& bus, int first, int last, std::chrono::milliseconds most = 30s) {
    const auto wanted = ids_of(first, last);
    std::set<std::string> missing(wanted.begin(), wanted.end());
    return eventually(
        [&] {
            const auto heard = bus.ids(1, 100ms);
            bus.source->accepted(heard.size());
            for (const auto& id : heard) missing.erase(id);
            return missing.empty();
        },
        most);
}

}  // namespace

TEST_CASE("a broker that is stopped and started again is heard again, with what was not accepted") {
    AmqpBus bus;
    bus.listen();
    bus.publish(1, 20);
    REQUIRE(bus.ids(20) == ids_of(1, 20));
    bus.source->accepted(5);
    // An acknowledgement has no answer: it is there when the prefetch has room for as many more.
    bus.publish(21, 30);
    REQUIRE(bus.ids(10) == ids_of(21, 30));
    bus.broker.stop();
    CHECK(bus.ids(1, 300ms).empty());
    // Told of deliveries whose connection is gone: the broker must not hear of it.
    bus.source->accepted(5);
    bus.broker.start();
    bus.client = AmqpClient(bus.broker.port());
    CHECK(bus.ids(25) == ids_of(6, 30));
    bus.source->accepted(45);
    bus.publish(31, 32);
    CHECK(bus.ids(2) == ids_of(31, 32));
    bus.source->accepted(2);
    CHECK(bus.left() == 0);
}

TEST_CASE("a broker that is killed loses nothing that it confirmed") {
    AmqpBus bus;
    bus.publish(1, 200);
    bus.listen();
    const auto heard = bus.ids(10);
    bus.source->accepted(heard.size());
    bus.broker.kill();
    bus.broker.start();
    bus.client = AmqpClient(bus.broker.port());
    CHECK(hears_all(bus, static_cast<int>(heard.size()) + 1, 200));
    CHECK(bus.left() == 0);
}

TEST_CASE("a queue that is deleted under the source is made and bound again") {
    AmqpBus bus;
    bus.listen();
    bus.publish(1, 1);
    REQUIRE(bus.ids(1) == ids_of(1, 1));
    bus.client.delete_queue(bus.queue);
    int n = 1;
    CHECK(eventually([&] {
        ++n;
        bus.publish(n, n);
        return !bus.ids(1, 50ms).empty();
    }));
}

TEST_CASE("a queue that others declared differently is asked for again and again, and ends nothing") {
    AmqpBus bus;
    bus.settings.auto_delete = true;
    bus.listen();
    CHECK(bus.ids(1, 500ms).empty());
    // Its owner gives way.
    bus.client.delete_queue(bus.queue);
    int n = 0;
    CHECK(eventually([&] {
        ++n;
        bus.publish(n, n);
        return !bus.ids(1, 50ms).empty();
    }));
    bus.source.reset();
    bus.client.make_queue(bus.queue);
}

TEST_CASE("a passive source waits for its queue") {
    AmqpBus bus;
    bus.client.delete_queue(bus.queue);
    bus.settings.passive = true;
    bus.listen();
    CHECK(bus.ids(1, 300ms).empty());
    bus.client.make_queue(bus.queue);
    bus.publish(1, 1);
    CHECK(bus.ids(1) == ids_of(1, 1));
}

TEST_CASE("a broker that is not there, or says nothing, holds up neither the loop nor the end for long") {
    boost::asio::io_context context;
    AmqpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = free_port();
    settings.reconnect = settings.reconnect_max = 60s;
    const auto start = std::chrono::steady_clock::now();
    {
        AmqpSource source(context.get_executor(), settings);
        CHECK(collect(context, source, 1, 100ms).empty());
    }
    CHECK(std::chrono::steady_clock::now() - start < 3s);

    boost::asio::ip::tcp::acceptor silent(context, {boost::asio::ip::address_v4::loopback(), 0});
    settings.port = silent.local_endpoint().port();
    {
        AmqpSource source(context.get_executor(), settings);
        CHECK(collect(context, source, 1, 100ms).empty());
    }
    CHECK(std::chrono::steady_clock::now() - start < 3s + AmqpConnection::patience);
}

TEST_CASE("a connection that falls silent is given up by its heartbeat, and made anew") {
    AmqpBus bus;
    bus.settings.heartbeat = 1s;
    bus.listen();
    bus.publish(1, 5);
    REQUIRE(bus.ids(5) == ids_of(1, 5));
    // An idle connection lives by its heartbeats.
    CHECK(bus.ids(1, 3500ms).empty());
    CHECK(bus.source->counters().received == 5);
    bus.broker.freeze();
    CHECK(bus.ids(1, 4s).empty());
    bus.broker.thaw();
    CHECK(bus.ids(5) == ids_of(1, 5));
    CHECK(bus.source->counters().redelivered == 5);
    bus.source->accepted(10);
    CHECK(bus.left() == 0);
}

TEST_CASE("what was not acknowledged in the broker's time comes again on a new connection") {
    AmqpBus bus;
    const auto set = [&bus](const char* consumer_timeout, const char* tick) {
        bus.broker.control({"eval", fmt::format("application:set_env(rabbit, consumer_timeout, {}), "
                                                "application:set_env(rabbit, channel_tick_interval, {}).",
                                                consumer_timeout, tick)});
    };
    set("1000", "200");
    bus.listen();
    bus.publish(1, 10);
    REQUIRE(bus.ids(10) == ids_of(1, 10));
    bus.source->accepted(4);
    // The broker closes the channel, with 406, and gives the rest again.
    CHECK(bus.ids(6) == ids_of(5, 10));
    set("1800000", "60000");
    CHECK(bus.source->counters().redelivered >= 6);
    bus.source->accepted(12);
    bus.publish(11, 11);
    CHECK(hears_all(bus, 11, 11));
    CHECK(bus.left() == 0);
}

TEST_CASE("a body of 10 MB is refused without being kept") {
    AmqpBus bus;
    bus.listen();
    bus.client.publish(amqp_topic, amqp_id(1), R"({"text":")" + std::string(10'000'000, 'x') + R"("})");
    bus.publish(2, 2);
    CHECK(bus.ids(1) == ids_of(2, 2));
    CHECK(bus.source->counters().malformed == 1);
    bus.source->accepted(1);
    CHECK(bus.left() == 0);
}
