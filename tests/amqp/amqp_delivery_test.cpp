#include "bot/amqp/amqp_delivery.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

Result<Message> read(const std::string& body) {
    AmqpDelivery delivery;
    delivery.topic = "org.x.prod.git.receive";
    delivery.id = "the id";
    delivery.headers = R"({"fedora_messaging_severity":20})";
    delivery.body = body;
    return read_delivery(delivery);
}

}  // namespace

TEST_CASE("a body that is a JSON object becomes the message's body, whatever its members are called") {
    const auto body = GENERATE(as<std::string>(), R"({"n":1})", " {\"n\":1}\n",
                               R"({"n":1,"topic":"t","id":"i","headers":{},"body":{}})", R"({"n":1,"x":NaN})",
                               "{\"n\":1,\"x\":\"\xff\"}");
    const auto message = read(body);
    REQUIRE(message);
    CHECK(message->topic() == "org.x.prod.git.receive");
    CHECK(message->headers()["fedora_messaging_severity"].integer() == 20);
    CHECK(message->body()["n"].integer() == 1);
}

TEST_CASE("a body that closes the record, or is no object, is no message") {
    const auto body =
        GENERATE(as<std::string>(), R"({}, "topic": "org.evil")", R"({}, "x": {})", R"({},"body":{})", "{}}", "{}} {",
                 "{}}}", "{}, {}", "{} {}", "{},", R"({"n":1)", R"({"n":")", R"({"n":"\)", "[{}]", "[1, 2]", "null",
                 "1", R"("text")", "", " ", "no JSON at all", "{}//", "{}]", std::string("{}\0", 3), R"(}, "body": {})",
                 R"({"n":1}, "headers": {"fedora_messaging_severity": 40)");
    INFO(body);
    CHECK_FALSE(read(body));
}
