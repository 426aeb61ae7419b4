#include "bot/core/message.h"

#include <string>
#include <utility>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.git.receive";

Message parsed(std::string bytes, std::string_view frame_topic = {}) {
    INFO(bytes.substr(0, 200));
    auto message = Message::parse(std::move(bytes), frame_topic);
    if (!message) FAIL(message.problems().front().text);
    return std::move(message).value();
}

std::string with(const std::string& members) { return R"({"topic":")" + topic + "\"," + members + "}"; }

std::int64_t milliseconds_of(const Message& message) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(message.sent_at().time_since_epoch()).count();
}

}  // namespace

TEST_CASE("fedmsg's envelope is read") {
    const auto bytes = with(
        R"("msg":{"commit":1},"msg_id":"2026-1d876cbb","timestamp":1700000000,"username":"apache","i":3,"certificate":"x")");
    const auto message = parsed(bytes, topic);
    CHECK(message.topic() == topic);
    CHECK(message.id() == "2026-1d876cbb");
    CHECK(message.body()["commit"].integer() == 1);
    CHECK(message.sender() == "apache");
    CHECK(milliseconds_of(message) == 1'700'000'000'000);
    CHECK(message.bytes() == bytes);
    CHECK(message.envelope()["i"].integer() == 3);
}

TEST_CASE("fedora-messaging's record is read") {
    const auto message = parsed(with(
        R"("id":"4c9d9f63","headers":{"sent-at":"2019-07-30T19:12:22+00:00","x":1},"body":{"build":7},"queue":null)"));
    CHECK(message.id() == "4c9d9f63");
    CHECK(message.body()["build"].integer() == 7);
    CHECK(message.headers()["x"].integer() == 1);
    CHECK(milliseconds_of(message) == 1'564'513'942'000);
    CHECK(message.sender().empty());
}

TEST_CASE("datagrepper's row is read") {
    const auto message = parsed(with(
        R"("msg":{"a":1},"msg_id":"2013-1","timestamp":1372.5,"source_name":"datanommer","i":1,"meta":{},"headers":null)"));
    CHECK(message.body()["a"].integer() == 1);
    CHECK(message.id() == "2013-1");
    CHECK(milliseconds_of(message) == 1'372'500);
}

TEST_CASE("a body that is no envelope is wrapped as fedmsg's hub does, and reads the same from its own bytes") {
    const auto body = GENERATE(as<std::string>(), "[1,2]", "\"text\"", "12", "null", "{}", R"({"msg":{"topicless":1}})",
                               "NaN", "123456789012345678901234567890", "\"\xff\"");
    const auto message = parsed(body, topic);
    CHECK(message.topic() == topic);
    CHECK_FALSE(message.body().is_missing());
    const auto again = parsed(message.bytes());
    CHECK(again.topic() == message.topic());
    CHECK(again.id() == message.id());
    CHECK(again.body().dump() == message.body().dump());
}

TEST_CASE("what is no message is a problem") {
    struct Case {
        std::string bytes, frame_topic;
    };
    const auto [bytes, frame_topic] = GENERATE(values<Case>({
        {"", ""},
        {"", topic},
        {"no JSON", topic},
        {"{}", ""},
        {"[1]", ""},
        {R"({"msg":{}})", ""},
        {R"({"topic":null})", topic},
        {R"({"topic":5})", topic},
        {R"({"topic":""})", ""},
        {R"({"topic":" \u0001 "})", ""},
        {R"({"topic":"a.b"})", "a.c"},
        {R"({"topic":"a.b"})", "a.b "},
        {"{\"topic\":\"" + std::string(5000, 't') + "\"}", ""},
        {"[]", std::string(5000, 't')},
        {with("\"msg\":" + std::string(10'000, '[') + std::string(10'000, ']')), ""},
        {with("\"msg\":{}") + "x", ""},
    }));
    INFO(bytes.substr(0, 80));
    CHECK_FALSE(Message::parse(bytes, frame_topic));
}

TEST_CASE("the topic frame and the body must agree, and it is said what the body claims") {
    const auto message = Message::parse(with("\"msg\":{}"), "org.fedoraproject.prod.bodhi.update");
    REQUIRE_FALSE(message);
    CHECK_THAT(message.problems().front().text, Catch::Contains("mismatch") && Catch::Contains(topic));
}

TEST_CASE("a topic comes out without control characters") {
    CHECK(parsed(R"({"topic":"a.b\r\nQUIT.c"})").topic() == "a.b QUIT.c");
    CHECK(parsed(R"({"topic":"a.\u202eb"})").topic() == "a.b");
    CHECK(parsed("[1]", "a.\x02.b").topic() == "a. .b");
}

TEST_CASE("every message has an id, printable and bounded, and the same bytes have the same one") {
    const auto unfit = GENERATE(as<std::string>(), R"("msg":1)", R"("msg_id":null)", R"("msg_id":"")", R"("msg_id":7)",
                                R"("msg_id":"a b")", R"("msg_id":"\u0007")", R"("msg_id":"é")", R"("msg_id":["x"])",
                                "\"msg_id\":\"" + std::string(201, 'x') + "\"");
    const auto message = parsed(with(unfit));
    CHECK_THAT(message.id(), Catch::StartsWith("sha256:"));
    CHECK(message.id().size() <= 200);
    CHECK(parsed(with(unfit)).id() == message.id());
    CHECK(parsed(with(unfit + ",\"x\":1")).id() != message.id());
}

TEST_CASE("a sender's time is read in all its forms, and nonsense is the epoch") {
    struct Case {
        std::string member;
        std::int64_t milliseconds;
    };
    const auto [member, milliseconds] = GENERATE(values<Case>({
        {R"("timestamp":0)", 0},
        {R"("timestamp":1352920011.25)", 1'352'920'011'250},
        {R"("timestamp":"2019-07-30T19:12:22Z")", 1'564'513'942'000},
        {R"("timestamp":"2019-07-30 19:12:22.5")", 1'564'513'942'500},
        {R"("timestamp":"2019-07-30T21:12:22+02:00")", 1'564'513'942'000},
        {R"("timestamp":"2019-07-30T14:12:22-05:00")", 1'564'513'942'000},
        {R"("timestamp":-5)", 0},
        {R"("timestamp":null)", 0},
        {R"("timestamp":"soon")", 0},
        {R"("timestamp":"")", 0},
        {R"("timestamp":[1])", 0},
        {R"("timestamp":NaN)", 0},
        {R"("timestamp":1e300)", 0},
        {R"("timestamp":18446744073709551615)", 0},
        {R"("timestamp":253402300799)", 0},
        {R"("timestamp":9223372036)", 9'223'372'036'000},
        {R"("timestamp":"9999-12-31T23:59:59Z")", 0},
        {R"("timestamp":"0001-01-01T00:00:00Z")", 0},
        {R"("timestamp":"-999-01-01T00:00:00Z")", 0},
        {R"("timestamp":"1969-12-31T23:59:59Z")", 0},
        {R"("timestamp":"2019-13-30T19:12:22Z")", 0},
        {R"("timestamp":"2019-07-99T19:12:22Z")", 0},
        {R"("timestamp":"2019-07-30T99:99:22Z")", 0},
        {R"("headers":{"sent-at":"2019-07-30T19:12:22.123456+00:00"})", 1'564'513'942'123},
        {R"("headers":{"sent-at":7})", 0},
        {R"("headers":"sent-at")", 0},
    }));
    INFO(member);
    CHECK(milliseconds_of(parsed(with(member))) == milliseconds);
}

TEST_CASE("hostile bodies are read and give no control of anything") {
    CHECK(parsed(with(R"("msg":")" + std::string(1024 * 1024, 'x') + "\"")).body().text().size() == 1024 * 1024);
    CHECK(parsed(with("\"msg\":\"\xff\xfe\"")).body().text() == "\uFFFD\uFFFD");
    CHECK(parsed(with(R"("msg":"\ud800")")).body().text() == "\uFFFD");
    CHECK(parsed(with(R"("msg":{"log":null},"username":null,"headers":[])")).sender().empty());
    CHECK(parsed(with(R"("msg":null)")).body().kind() == JsonView::Kind::null);
    CHECK(parsed(with(R"("x":1)")).body().is_missing());
    CHECK(parsed(R"({"topic":"first","topic":"a.b"})", "a.b").topic() == "a.b");
}

TEST_CASE("a message can be moved and still knows its body") {
    auto message = parsed(with(R"("msg":{"text":"a text too long to live inside a string object"})"));
    const auto moved = std::move(message);
    CHECK(moved.body()["text"].text() == "a text too long to live inside a string object");
    CHECK(moved.envelope()["topic"].text() == topic);
}
