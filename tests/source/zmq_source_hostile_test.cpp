#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "bot/source/zmq_source.h"
#include "tests/source/collect.h"
#include "tests/support/publisher.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::string_literals;
using fedmsgbot::testing::BusPublisher;
using fedmsgbot::testing::collect;
using fedmsgbot::testing::fedmsg;

namespace {

const std::string topic = "org.fedoraproject.prod.git.receive";

struct Bus {
    Bus() {
        ZmqSettings settings;
        settings.endpoints = {publisher.endpoint()};
        settings.reconnect = std::chrono::milliseconds(5);
        source.emplace(context.get_executor(), settings);
        REQUIRE(publisher.sees_subscriptions());
    }

    // What came of the frames: a good message sent after them must always arrive.
    std::vector<Message> outcome(const std::vector<std::vector<std::string>>& sent) {
        for (const auto& frames : sent) publisher.send(frames);
        publisher.send(topic, fedmsg(topic, 1, "the-last"));
        std::vector<Message> all;
        while (all.empty() || all.back().sender() != "the-last") {
            auto more = collect(context, *source, 1);
            REQUIRE_FALSE(more.empty());
            for (auto& message : more) all.push_back(std::move(message));
        }
        all.pop_back();
        return all;
    }

    boost::asio::io_context context;
    BusPublisher publisher;
    std::optional<ZmqSource> source;
};

std::string with_topic(const std::string& msg) { return R"({"topic":")" + topic + R"(","msg":)" + msg + "}"; }

std::string repeated(std::string_view piece, std::size_t times) {
    std::string out;
    for (std::size_t n = 0; n < times; ++n) out += piece;
    return out;
}

}  // namespace

TEST_CASE("what is no message is counted, and the next good one arrives") {
    const std::vector<std::vector<std::string>> refused = {
        {topic},
        {""},
        {topic, with_topic("{}"), "a third frame"},
        std::vector<std::string>(1000, topic),
        {topic, ""},
        {topic, " "},
        {topic, "\0"s},
        {topic, "\x7f\x1b[31m\r\n\a"},
        {topic, "\xff\xfe\xfd"},
        {topic, "{"},
        {topic, R"({"topic":)"},
        {topic, with_topic("{}") + "trailing"},
        {topic, with_topic("{}").substr(1)},
        {topic, std::string(1024 * 1024, 'x')},
        {topic, std::string(1024 * 1024, '"')},
        {topic, std::string(10'000, '[')},
        {topic, with_topic(repeated("[", 10'000) + repeated("]", 10'000))},
        {topic, with_topic(repeated(R"({"a":)", 10'000) + "1" + repeated("}", 10'000))},
        {topic, R"({"topic":"org.fedoraproject.prod.bodhi.update","msg":{}})"},
        {topic, R"({"topic":null,"msg":{}})"},
        {topic, R"({"topic":["a"],"msg":{}})"},
        {topic, R"({"topic":"","msg":{}})"},
        {"", R"({"topic":"a.b.c.d","msg":{}})"},
        {"", R"({"msg":{}})"},
        {"", ""},
        {topic + "\0"s, with_topic("{}")},
        {"\xff\xff", R"({"topic":"org.fedoraproject.prod.git.receive","msg":{}})"},
        {std::string(100'000, 't'), R"({"msg":{}})"},
    };
    SECTION("one at a time") {
        for (std::size_t n = 0; n < refused.size(); ++n) {
            INFO("case " << n);
            Bus bus;
            CHECK(bus.outcome({refused[n]}).empty());
            CHECK(bus.source->counters().received == 2);
            CHECK(bus.source->counters().malformed == 1);
        }
    }
    SECTION("all in one burst") {
        Bus bus;
        CHECK(bus.outcome(refused).empty());
        CHECK(bus.source->counters().received == refused.size() + 1);
        CHECK(bus.source->counters().malformed == refused.size());
    }
}

TEST_CASE("odd but readable messages arrive") {
    const std::vector<std::string> bodies = {
        with_topic("\"" + std::string(1024 * 1024, 'x') + "\""),
        with_topic(R"("\ud800 alone")"),
        with_topic("\"invalid \xff\xc3 UTF-8\""),
        with_topic("\"raw \x01\x02 control\n characters\""),
        with_topic(R"("escaped \u0000 NUL")"),
        with_topic("[NaN, Infinity, -Infinity, 123456789012345678901234567890, 1e400]"),
        with_topic("null"),
        with_topic(repeated("[", 90) + repeated("]", 90)),
        R"({"topic":"x","topic":")" + topic + R"("})",
        R"([1,2,3])",
        R"("only text")",
        R"(12)",
        R"(null)",
        R"({})",
        R"({"msg":{}})",
    };
    Bus bus;
    std::vector<std::vector<std::string>> sent;
    for (const auto& body : bodies) sent.push_back({topic, body});
    const auto heard = bus.outcome(sent);
    REQUIRE(heard.size() == bodies.size());
    for (const auto& message : heard) CHECK(message.topic() == topic);
    CHECK(bus.source->counters().malformed == 0);
}

TEST_CASE("a frame over the limit costs its connection for a moment, not for ever") {
    // The library itself would never connect again.
    Bus bus;
    for (int round = 0; round < 2; ++round) {
        bus.publisher.send(topic, with_topic("\"" + std::string(ZmqSocket::max_frame_bytes, 'x') + "\""));
        REQUIRE(fedmsgbot::testing::eventually([&] {
            collect(bus.context, *bus.source, 1, std::chrono::milliseconds(100));
            return bus.publisher.sees_subscriptions(2 + round, std::chrono::milliseconds(1));
        }));
        CHECK(bus.outcome({}).empty());
    }
}

TEST_CASE("a topic of any length is refused before anybody is asked, and so remembers, whether it is wanted") {
    boost::asio::io_context context;
    BusPublisher publisher;
    ZmqSettings settings;
    settings.endpoints = {publisher.endpoint()};
    std::size_t longest = 0;
    ZmqSource source(context.get_executor(), settings, [&](std::string_view asked) {
        longest = std::max(longest, asked.size());
        return true;
    });
    REQUIRE(publisher.sees_subscriptions());
    publisher.send({std::string(3 * 1024 * 1024, 't'), "{}"});
    publisher.send({std::string(Message::max_topic_bytes + 1, 't'), "{}"});
    publisher.send({topic, fedmsg(topic, 1)});
    CHECK(collect(context, source, 1).size() == 1);
    CHECK(longest == topic.size());
    CHECK(source.counters().malformed == 2);
}
