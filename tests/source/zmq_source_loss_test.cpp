#include <string>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "bot/source/zmq_source.h"
#include "tests/source/collect.h"
#include "tests/support/publisher.h"

using namespace fedmsgbot;
using fedmsgbot::testing::BusPublisher;
using fedmsgbot::testing::collect;
using fedmsgbot::testing::fedmsg;

namespace {

const std::string git = "org.fedoraproject.prod.git.receive";
const std::string wiki = "org.fedoraproject.prod.wiki.edit";

ZmqSettings settings_for(const BusPublisher& publisher) {
    ZmqSettings settings;
    settings.endpoints = {publisher.endpoint()};
    return settings;
}

}  // namespace

TEST_CASE("messages that a publisher's full queue dropped show as gaps, every one of them") {
    // A burst is shorter than the widest gap that is counted, and larger than all buffers on the way.
    constexpr int burst = 900, calm = 40;
    const std::string padding = "\"" + std::string(20'000, 'x') + "\"";
    boost::asio::io_context context;
    BusPublisher publisher("tcp://127.0.0.1:*", BusPublisher::Kind::xpub, 50);
    auto settings = settings_for(publisher);
    settings.high_water_mark = 50;
    ZmqSource source(context.get_executor(), settings);
    REQUIRE(publisher.sees_subscriptions());
    std::uint64_t published = 0, arrived = 0;
    for (int round = 0; round < 5; ++round) {
        for (int n = 0; n < burst; ++n) publisher.send(git, fedmsg(git, ++published, "tester", padding));
        // Until nothing has come for a moment: then the publisher's queue is empty, and a calm is heard whole.
        while (const auto some = collect(context, source, 1, std::chrono::milliseconds(200)).size()) arrived += some;
        for (int n = 0; n < calm; ++n) {
            publisher.send(git, fedmsg(git, ++published));
            arrived += collect(context, source, 1).size();
        }
    }
    REQUIRE(arrived < published);
    CHECK(source.counters().gaps == published - arrived);
}

TEST_CASE("a number that a publisher left out is a gap") {
    boost::asio::io_context context;
    BusPublisher publisher;
    ZmqSource source(context.get_executor(), settings_for(publisher));
    REQUIRE(publisher.sees_subscriptions());
    for (int i = 1; i <= 200; ++i)
        if (i < 50 || i >= 60) publisher.send(git, fedmsg(git, i));
    CHECK(collect(context, source, 190).size() == 190);
    CHECK(source.counters().gaps == 10);
}

TEST_CASE("a topic that was left out is no gap") {
    boost::asio::io_context context;
    BusPublisher publisher;
    auto settings = settings_for(publisher);
    Source::Interest interest;
    std::size_t expected = 100;
    SECTION("by a prefix that parts the messages of one process") { settings.topics = {"org.fedoraproject.prod.git."}; }
    SECTION("by no route wanting it") {
        interest = [](std::string_view topic) { return topic == git; };
    }
    SECTION("by nobody: then it arrives too") { expected = 200; }
    SECTION("by a prefix that all messages of a process have") {
        settings.topics = {"org.fedoraproject.prod."};
        expected = 200;
    }
    ZmqSource source(context.get_executor(), settings, interest);
    REQUIRE(publisher.sees_subscriptions());
    for (int i = 1; i <= 200; ++i) {
        const auto& topic = i % 2 ? git : wiki;
        publisher.send(topic, fedmsg(topic, i));
    }
    CHECK(collect(context, source, expected).size() == expected);
    CHECK(source.counters().gaps == 0);
}

TEST_CASE("prefixes of the domain or the environment keep a sender's messages together, longer ones do not") {
    CHECK(keeps_senders_whole(""));
    CHECK(keeps_senders_whole("org."));
    CHECK(keeps_senders_whole("org.fedoraproject."));
    CHECK(keeps_senders_whole("org.fedoraproject.prod."));
    CHECK_FALSE(keeps_senders_whole("org.fedoraproject.prod"));
    CHECK_FALSE(keeps_senders_whole("org.fedoraproject.prod.git"));
    CHECK_FALSE(keeps_senders_whole("org.fedoraproject.prod.git."));
}
