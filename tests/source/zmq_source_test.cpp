#include "bot/source/zmq_source.h"

#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/source/collect.h"
#include "tests/support/publisher.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;
using fedmsgbot::testing::BusPublisher;
using fedmsgbot::testing::collect;
using fedmsgbot::testing::fedmsg;

namespace {

const std::string topic = "org.fedoraproject.prod.git.receive";

// A publisher with a source that hears it.
struct Bus {
    explicit Bus(std::vector<std::string> prefixes = {}, Source::Interest interest = {}) {
        settings.endpoints = {publisher.endpoint()};
        settings.topics = std::move(prefixes);
        settings.reconnect = 5ms;
        settings.reconnect_max = 50ms;
        source.emplace(context.get_executor(), settings, std::move(interest));
        REQUIRE(publisher.sees_subscriptions(std::max<std::size_t>(1, settings.topics.size())));
    }

    void publish(std::uint64_t i, const std::string& on = topic) { publisher.send(on, fedmsg(on, i)); }

    std::vector<std::int64_t> numbers(std::size_t count, std::chrono::milliseconds most = 20s) {
        std::vector<std::int64_t> found;
        for (const auto& message : collect(context, *source, count, most))
            found.push_back(message.envelope()["i"].integer());
        return found;
    }

    boost::asio::io_context context;
    BusPublisher publisher;
    ZmqSettings settings;
    std::optional<ZmqSource> source;
};

std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> numbers;
    for (auto n = first; n <= last; ++n) numbers.push_back(n);
    return numbers;
}

}  // namespace

TEST_CASE("messages arrive whole and in order") {
    Bus bus;
    for (int i = 1; i <= 1000; ++i) bus.publish(i);
    const auto messages = collect(bus.context, *bus.source, 1000);
    REQUIRE(messages.size() == 1000);
    for (int i = 1; i <= 1000; ++i) CHECK(messages[i - 1].bytes() == fedmsg(topic, i));
    CHECK(bus.source->counters().received == 1000);
    CHECK(bus.source->counters().malformed == 0);
}

TEST_CASE("fifty thousand messages sent at once all arrive, though nobody reads meanwhile") {
    Bus bus;
    for (int i = 1; i <= 50'000; ++i) bus.publish(i);
    CHECK(bus.numbers(50'000, 60s) == range(1, 50'000));
    CHECK(bus.source->counters().gaps == 0);
}

TEST_CASE("one batch holds a few hundred messages at the most") {
    Bus bus;
    for (int i = 1; i <= 2000; ++i) bus.publish(i);
    std::size_t most = 0, all = 0;
    while (all < 2000) {
        std::vector<Message> batch;
        REQUIRE(fedmsgbot::testing::run(bus.context, fedmsgbot::testing::append_next(*bus.source, batch)));
        all += batch.size();
        most = std::max(most, batch.size());
    }
    CHECK(most <= 256);
}

TEST_CASE("a plain PUB socket is heard, as fedmsg's publishers use it") {
    boost::asio::io_context context;
    BusPublisher publisher("tcp://127.0.0.1:*", BusPublisher::Kind::pub);
    ZmqSettings settings;
    settings.endpoints = {publisher.endpoint()};
    ZmqSource source(context.get_executor(), settings);
    // A PUB socket does not say when the subscription has come in: the first that arrives tells.
    std::uint64_t i = 0;
    REQUIRE(fedmsgbot::testing::eventually([&] {
        publisher.send(topic, fedmsg(topic, ++i));
        return !collect(context, source, 1, 0ms + 10ms).empty();
    }));
}

TEST_CASE("every endpoint is heard") {
    boost::asio::io_context context;
    std::vector<BusPublisher> publishers(3);
    ZmqSettings settings;
    for (const auto& publisher : publishers) settings.endpoints.push_back(publisher.endpoint());
    ZmqSource source(context.get_executor(), settings);
    std::multiset<std::string> sent;
    for (std::size_t n = 0; n < publishers.size(); ++n) {
        REQUIRE(publishers[n].sees_subscriptions());
        for (int i = 1; i <= 20; ++i) {
            sent.insert(fedmsg(topic, i, "host" + std::to_string(n)));
            publishers[n].send(topic, fedmsg(topic, i, "host" + std::to_string(n)));
        }
    }
    std::multiset<std::string> heard;
    for (const auto& message : collect(context, source, sent.size())) heard.insert(message.bytes());
    CHECK(heard == sent);
}

TEST_CASE("only the prefixes asked for are heard, and moksha's star means nothing") {
    Bus bus({"org.fedoraproject.prod.git.*", "org.fedoraproject.stg."});
    bus.publish(1, "org.fedoraproject.prod.github.push");
    bus.publish(2, "org.fedoraproject.prod.git.receive");
    bus.publish(3, "org.fedoraproject.prod.wiki.edit");
    bus.publish(4, "org.fedoraproject.stg.wiki.edit");
    CHECK(bus.numbers(2) == std::vector<std::int64_t>{2, 4});
    CHECK(bus.source->counters().received == 2);

    CHECK(subscription_prefix("*") == "");
    CHECK(subscription_prefix("org.fedoraproject.*") == "org.fedoraproject.");
    CHECK(subscription_prefix("plain") == "plain");
}

TEST_CASE("a topic that no route wants is counted and its body never looked at") {
    Bus bus({}, [](std::string_view asked) { return asked == topic; });
    bus.publisher.send("org.fedoraproject.prod.wiki.edit", "no JSON at all");
    bus.publish(1);
    CHECK(bus.numbers(1) == range(1, 1));
    const auto counters = bus.source->counters();
    CHECK(counters.received == 2);
    CHECK(counters.unwanted == 1);
    CHECK(counters.malformed == 0);
}

TEST_CASE("no trickle stalls after a burst: each message is heard before the next is sent") {
    Bus bus;
    std::uint64_t i = 0;
    for (int round = 0; round < 150; ++round) {
        const int burst = round % 10 == 0 ? 1 + round * 7 % 600 : 1;
        const auto first = i + 1;
        for (int n = 0; n < burst; ++n) bus.publish(++i);
        REQUIRE(bus.numbers(burst, 10s) == range(first, i));
    }
}

TEST_CASE("a wait that is cancelled loses no message") {
    Bus bus;
    std::vector<Message> heard;
    const bool ended_alone =
        fedmsgbot::testing::run(bus.context, fedmsgbot::testing::append_next(*bus.source, heard), 20ms);
    CHECK_FALSE(ended_alone);
    for (int i = 1; i <= 10; ++i) bus.publish(i);
    CHECK(bus.numbers(10) == range(1, 10));
    CHECK(heard.empty());
}

TEST_CASE("a source can be destroyed while somebody waits for it") {
    Bus bus;
    std::vector<Message> heard;
    bool was_cancelled = false;
    boost::asio::co_spawn(bus.context, fedmsgbot::testing::append_next(*bus.source, heard),
                          [&](std::exception_ptr thrown) { was_cancelled = !!thrown; });
    bus.context.run_for(20ms);
    bus.source.reset();
    bus.context.restart();
    bus.context.run_for(1s);
    CHECK(was_cancelled);
}

TEST_CASE("a publisher that starts again is heard again") {
    Bus bus;
    const auto endpoint = bus.publisher.endpoint();
    for (int start = 0; start < 3; ++start) {
        bus.publish(start);
        REQUIRE(bus.numbers(1) == range(start, start));
        { const auto gone = std::move(bus.publisher); }
        bus.publisher = BusPublisher(endpoint);
        // The source subscribes anew when it is next awaited.
        REQUIRE(fedmsgbot::testing::eventually([&] {
            bus.numbers(1, 10ms);
            return bus.publisher.sees_subscriptions(1, 1ms);
        }));
    }
}

TEST_CASE("an endpoint where nobody listens yet does no harm to the others") {
    boost::asio::io_context context;
    const auto later = "tcp://127.0.0.1:" + std::to_string(fedmsgbot::testing::free_port());
    BusPublisher publisher;
    ZmqSettings settings;
    settings.endpoints = {later, publisher.endpoint()};
    settings.reconnect = 5ms;
    ZmqSource source(context.get_executor(), settings);
    REQUIRE(publisher.sees_subscriptions());
    publisher.send(topic, fedmsg(topic, 1));
    CHECK(collect(context, source, 1).size() == 1);
    BusPublisher late(later);
    REQUIRE(late.sees_subscriptions());
    late.send(topic, fedmsg(topic, 2));
    CHECK(collect(context, source, 1).size() == 1);
}

TEST_CASE("an endpoint that is none is refused by name") {
    boost::asio::io_context context;
    ZmqSettings settings;
    settings.endpoints = {"hub.example:9940"};
    CHECK_THROWS_WITH(ZmqSource(context.get_executor(), settings), Catch::Contains("hub.example:9940"));
}
