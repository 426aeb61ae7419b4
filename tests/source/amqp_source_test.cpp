#include "bot/source/amqp_source.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/source/amqp_bus.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("messages of the broker arrive whole, in order and with their headers") {
    AmqpBus bus(100);
    bus.listen();
    bus.publish(1, 100);
    const auto messages = collect(bus.context, *bus.source, 100);
    REQUIRE(messages.size() == 100);
    for (int n = 1; n <= 100; ++n) {
        const auto& message = messages[n - 1];
        CHECK(message.topic() == amqp_topic);
        CHECK(message.id() == amqp_id(n));
        CHECK(message.body().dump() == amqp_body(n));
    }
    CHECK(messages[0].headers()["fedora_messaging_schema"].text() == "announce.announcement");
    CHECK(messages[0].headers()["fedora_messaging_severity"].integer() == 30);
    CHECK(messages[0].headers()["fedora_messaging_rpm_kernel"].boolean());
    CHECK(messages[0].sent_at().time_since_epoch() == 1564513942s);
    CHECK(bus.source->counters().received == 100);
    CHECK(bus.source->counters().redelivered == 0);
}

TEST_CASE("what was accepted is acknowledged, and nothing else") {
    AmqpBus bus;
    bus.listen();
    bus.publish(1, 20);
    CHECK(bus.ids(20) == ids_of(1, 20));
    bus.source->accepted(3);
    bus.source->accepted(4);
    CHECK(bus.left() == 13);
    bus.listen();
    CHECK(bus.ids(13) == ids_of(8, 20));
    CHECK(bus.source->counters().redelivered == 13);
    bus.source->accepted(13);
    CHECK(bus.left() == 0);
}

TEST_CASE("no more are under way than the prefetch says, and they go on when some are accepted") {
    AmqpBus bus(10);
    bus.listen();
    bus.publish(1, 30);
    CHECK(bus.ids(30, 500ms) == ids_of(1, 10));
    CHECK(bus.client.waiting(bus.queue) == 20);
    bus.source->accepted(4);
    CHECK(bus.ids(26, 500ms) == ids_of(11, 14));
    bus.source->accepted(10);
    CHECK(bus.ids(16, 500ms) == ids_of(15, 24));
}

TEST_CASE("what no route wants is acknowledged and its body never looked at") {
    AmqpBus bus;
    bus.listen([](std::string_view asked) { return asked == amqp_topic; });
    bus.client.publish("org.fedoraproject.prod.wiki.edit", amqp_id(1), "no JSON at all");
    bus.publish(2, 2);
    bus.client.publish("org.fedoraproject.prod.wiki.edit", amqp_id(3), "{}");
    bus.publish(4, 4);
    CHECK(bus.ids(2) == std::vector<std::string>{amqp_id(2), amqp_id(4)});
    CHECK(bus.source->counters().unwanted == 2);
    CHECK(bus.source->counters().malformed == 0);
    bus.source->accepted(1);
    CHECK(bus.left() == 1);  // the fourth
}

TEST_CASE("what is no message is refused once and never comes again") {
    AmqpBus bus;
    bus.settings.max_body_bytes = 1000;
    bus.listen();
    bus.client.publish(amqp_topic, amqp_id(1), "no JSON at all");
    bus.client.publish(amqp_topic, amqp_id(2), "[1, 2]");
    bus.client.publish(amqp_topic, amqp_id(3), "");
    bus.client.publish("", amqp_id(4), "{}");
    bus.client.publish(amqp_topic, amqp_id(5), R"({"a":")" + std::string(200'000, 'x') + R"("})");
    bus.client.publish(amqp_topic, amqp_id(6), R"({}, "topic": "org.evil")");
    bus.publish(7, 7);
    CHECK(bus.ids(1) == ids_of(7, 7));
    CHECK(bus.source->counters().received == 7);
    CHECK(bus.source->counters().malformed == 6);
    bus.source->accepted(1);
    CHECK(bus.left() == 0);
}

TEST_CASE("headers of every type become JSON, and what is too deep is left out") {
    AmqpBus bus;
    bus.listen();
    bus.client.publish_every_header(amqp_topic, amqp_id(1), amqp_body(1));
    const auto messages = collect(bus.context, *bus.source, 1);
    REQUIRE(messages.size() == 1);
    const auto headers = messages[0].headers();
    CHECK(headers["x-received-from"]["uri"].dump() ==
          "[true,1,1,1,1,1,1,1,1,1,0.5,0.25,1.25,\"a\\\"\xef\xbf\xbd\\n\",null]");
    CHECK(headers["deeper"].is_object());
    CHECK(headers.dump().find("bottom") == std::string::npos);
}

TEST_CASE("a message without an id has one all the same, and keeps it") {
    AmqpBus bus;
    bus.listen();
    bus.client.publish(amqp_topic, "", amqp_body(1));
    bus.client.publish(amqp_topic, "", amqp_body(1));
    const auto messages = collect(bus.context, *bus.source, 2);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].id().starts_with("sha256:"));
    CHECK(messages[0].id() == messages[1].id());
}

TEST_CASE("a body of many frames arrives whole") {
    AmqpBus bus;
    bus.listen();
    const auto large = R"({"text":")" + std::string(3'000'000, 'x') + R"("})";
    bus.client.publish(amqp_topic, amqp_id(1), large);
    bus.publish(2, 2);
    const auto messages = collect(bus.context, *bus.source, 2);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].body().dump() == large);
}

TEST_CASE("a queue that the broker names is heard") {
    AmqpBus bus;
    bus.settings.queue.clear();
    bus.settings.durable = false;
    bus.settings.exclusive = bus.settings.auto_delete = true;
    bus.listen();
    // Nobody says when it is bound: the first that arrives tells.
    int n = 0;
    REQUIRE(eventually([&] {
        bus.publish(n + 1, n + 1);
        ++n;
        return !bus.ids(1, 50ms).empty();
    }));
}

TEST_CASE("a wait that is cancelled loses no message of the broker") {
    AmqpBus bus;
    bus.listen();
    std::vector<Message> heard;
    CHECK_FALSE(fedmsgbot::testing::run(bus.context, append_next(*bus.source, heard), 100ms));
    bus.publish(1, 10);
    CHECK(bus.ids(10) == ids_of(1, 10));
}

TEST_CASE("no trickle stalls: each message of the broker is heard before the next is sent") {
    AmqpBus bus;
    bus.listen();
    for (int n = 1; n <= 100; ++n) {
        bus.publish(n, n);
        REQUIRE(bus.ids(1, 10s) == ids_of(n, n));
        bus.source->accepted(1);
    }
    CHECK(bus.left() == 0);
}

TEST_CASE("the wait before the next attempt doubles up to the last") {
    AmqpSettings settings;
    settings.reconnect = 100ms;
    settings.reconnect_max = 1s;
    std::vector<std::chrono::milliseconds> waits;
    for (unsigned failures = 1; failures <= 6; ++failures) waits.push_back(reconnect_wait(settings, failures));
    CHECK(waits == std::vector<std::chrono::milliseconds>{100ms, 200ms, 400ms, 800ms, 1s, 1s});
    CHECK(reconnect_wait(settings, 1'000'000) == 1s);
}
