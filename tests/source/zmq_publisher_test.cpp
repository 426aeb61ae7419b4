#include "bot/source/zmq_publisher.h"

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "bot/source/zmq_source.h"
#include "tests/source/collect.h"
#include "tests/support/publisher.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;
using fedmsgbot::testing::BusSubscriber;
using fedmsgbot::testing::run;

namespace {

boost::asio::awaitable<void> publish_many(ZmqPublisher& publisher, int count, std::size_t bytes) {
    co_await publisher.wait_for_subscriber();
    for (int n = 0; n < count; ++n) {
        std::string body = std::to_string(n) + " " + std::string(bytes, 'x');
        co_await publisher.publish("a.topic", std::move(body));
    }
}

}  // namespace

TEST_CASE("a publisher waits until somebody subscribes, then everything arrives in order") {
    boost::asio::io_context context;
    ZmqPublisher publisher(context.get_executor(), "tcp://127.0.0.1:*");
    CHECK_FALSE(run(context, publisher.wait_for_subscriber(), 50ms));
    BusSubscriber subscriber(publisher.endpoint());
    REQUIRE(run(context, publish_many(publisher, 1000, 10)));
    for (int n = 0; n < 1000; ++n) {
        const auto frames = subscriber.receive();
        REQUIRE(frames);
        REQUIRE(frames->size() == 2);
        CHECK(frames->front() == "a.topic");
        CHECK(frames->back().starts_with(std::to_string(n) + " "));
    }
    CHECK(publisher.published() == 1000);
}

TEST_CASE("every prefix of the first subscriber counts, not only the first") {
    boost::asio::io_context context;
    ZmqPublisher publisher(context.get_executor(), "tcp://127.0.0.1:*");
    BusSubscriber subscriber(publisher.endpoint(), {"b.", "c.", "a."});
    REQUIRE(run(context, publish_many(publisher, 3, 1)));
    for (int n = 0; n < 3; ++n) CHECK(subscriber.receive());
}

TEST_CASE("what was published is sent before the publisher is gone") {
    boost::asio::io_context context;
    ZmqPublisher::Options patient;
    patient.linger = 20s;
    std::optional<ZmqPublisher> publisher(std::in_place, context.get_executor(), "tcp://127.0.0.1:*", patient);
    BusSubscriber subscriber(publisher->endpoint());
    REQUIRE(run(context, publish_many(*publisher, 5000, 1000)));
    publisher.reset();
    int arrived = 0;
    while (arrived < 5000 && subscriber.receive()) ++arrived;
    CHECK(arrived == 5000);
}

TEST_CASE("a subscriber that is far behind is waited for, and nothing is dropped") {
    constexpr int count = 150'000;
    boost::asio::io_context context;
    ZmqPublisher publisher(context.get_executor(), "tcp://127.0.0.1:*");
    ZmqSettings settings;
    settings.endpoints = {publisher.endpoint()};
    settings.high_water_mark = 1000;
    ZmqSocket::Options options;
    options.high_water_mark = 100;
    ZmqSocket subscriber(context.get_executor(), ZmqSocket::Kind::sub, options);
    subscriber.subscribe("");
    subscriber.connect(publisher.endpoint());
    // A SUB socket that nobody reads stops taking from the network, so the publisher's own queue fills and it must
    // wait.
    const bool ended_alone = run(context, publish_many(publisher, count, 200), 8s);
    CHECK_FALSE(ended_alone);
    CHECK(publisher.published() >= 100'000);
    CHECK(publisher.published() < count);
    const auto published = publisher.published();
    std::uint64_t arrived = 0;
    ZmqSocket::Frames frames;
    while (arrived < published && run(context, subscriber.wait_readable())) {
        while (subscriber.try_receive(frames)) {
            REQUIRE(frames.second.starts_with(std::to_string(arrived) + " "));
            ++arrived;
        }
    }
    CHECK(arrived == published);
}

TEST_CASE("an endpoint in use is one clear error") {
    boost::asio::io_context context;
    const ZmqPublisher first(context.get_executor(), "tcp://127.0.0.1:*");
    CHECK_THROWS_WITH(ZmqPublisher(context.get_executor(), first.endpoint()),
                      Catch::Contains(first.endpoint()) && Catch::Contains("in use"));
    CHECK_THROWS_WITH(ZmqPublisher(context.get_executor(), "nonsense"), Catch::Contains("nonsense"));
}
