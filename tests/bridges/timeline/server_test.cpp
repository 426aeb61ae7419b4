#include "bridges/timeline/http_server.h"

#include <thread>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/lone_server.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// A server alone, whose pages say what was asked for.
class Served : public LoneServer {
public:
    explicit Served(HttpLimits limits = {}) : LoneServer(limits, answer) {}

private:
    static PageAnswer answer(const PageRequest& request) {
        if (request.target == "/broken") throw std::runtime_error("no disk");
        if (request.target == "/large") return PageAnswer(200, "text/plain", std::string(20'000'000, 'x'));
        if (request.target == "/endless" || request.target == "/quiet") {
            PageAnswer events(200, "text/event-stream", "");
            const auto text = std::make_shared<const std::string>(request.target == "/quiet" ? 0 : 1'000'000, 'x');
            events.events = [text] { return text; };
            return events;
        }
        if (request.is_socket) {
            PageAnswer events(101, "", "");
            const auto text =
                std::make_shared<const std::string>(request.target == "/quiet-socket" ? 0 : 1'000'000, 'x');
            events.events = [text] { return text; };
            events.listener = [](std::string_view) {};
            return events;
        }
        return PageAnswer(request.target == "/missing" ? 404 : 200, "text/plain", "you asked for " + request.target);
    }
};

bool starts_with_status(const std::string& answer, int status) {
    return answer.starts_with(fmt::format("HTTP/1.1 {} ", status));
}

bool has(const std::string& answer, const std::string& text) { return answer.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("a connection serves one request after the other") {
    Served served;
    RawClient client(served.port);
    client.send(get("/a"));
    CHECK(has(client.read_answer(), "you asked for /a"));
    client.send(get("/b") + get("/c"));
    CHECK(has(client.read_answer(), "you asked for /b"));
    CHECK(has(client.read_answer(), "you asked for /c"));
    client.send(get("/d", "Connection: close\r\n"));
    CHECK(has(client.read_to_end(), "you asked for /d"));
}

TEST_CASE("every answer carries the headers that keep it harmless") {
    Served served;
    for (const auto* request : {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                "GET /missing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                "GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "garbage\r\n\r\n"}) {
        RawClient client(served.port);
        client.send(request);
        const auto answer = client.read_to_end();
        INFO(answer);
        CHECK(header(answer, "Content-Security-Policy").starts_with("default-src 'none'; style-src 'self';"));
        CHECK_FALSE(has(header(answer, "Content-Security-Policy"), "unsafe"));
        CHECK(has(header(answer, "Content-Security-Policy"), "form-action 'none'"));
        CHECK(header(answer, "X-Content-Type-Options") == "nosniff");
        CHECK(header(answer, "Referrer-Policy") == "no-referrer");
    }
}

TEST_CASE("only GET and HEAD are served") {
    Served served;
    const auto method = GENERATE(as<std::string>(), "POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "BREW");
    RawClient client(served.port);
    client.send(method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    const auto answer = client.read_to_end();
    CHECK(starts_with_status(answer, 405));
    CHECK(header(answer, "Allow") == "GET, HEAD");
}

TEST_CASE("HEAD tells what GET would send, without sending it") {
    Served served;
    RawClient client(served.port);
    client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.read_answer(false);
    CHECK(starts_with_status(answer, 200));
    CHECK(header(answer, "Content-Length") == "16");
    client.send(get("/b", "Connection: close\r\n"));
    CHECK(starts_with_status(client.read_to_end(), 200));
}

TEST_CASE("what a reader has already is not sent again") {
    Served served;
    RawClient client(served.port);
    client.send(get("/a"));
    const auto first = client.read_answer();
    const auto tag = header(first, "ETag");
    REQUIRE(tag.starts_with("W/\""));
    for (const auto& known : {tag, tag.substr(2), "\"other\", " + tag, std::string("*")}) {
        INFO(known);
        client.send(get("/a", "If-None-Match: " + known + "\r\n"));
        const auto again = client.read_answer(false);
        CHECK(starts_with_status(again, 304));
        CHECK(header(again, "ETag") == tag);
    }
    client.send(get("/b", "If-None-Match: " + tag + "\r\n"));
    CHECK(starts_with_status(client.read_answer(), 200));
    client.send(get("/missing", "If-None-Match: *\r\n"));
    CHECK(starts_with_status(client.read_answer(), 404));
}

TEST_CASE("a page that cannot be made is an error of ours and does not end the connection's server") {
    Served served;
    RawClient client(served.port);
    client.send(get("/broken"));
    const auto answer = client.read_to_end();
    CHECK(starts_with_status(answer, 500));
    CHECK_FALSE(has(answer, "no disk"));
    RawClient next(served.port);
    next.send(get("/a"));
    CHECK(starts_with_status(next.read_answer(), 200));
}

TEST_CASE("what is no request is refused and the connection closed") {
    Served served;
    const auto [bytes, status] = GENERATE(table<std::string, int>({
        {"garbage\r\n\r\n", 400},
        {std::string("\0\x01\x02\xff\r\n\r\n", 8), 400},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20000, 'x') + "\r\n\r\n", 431},
        {"GET /" + std::string(20000, 'x'), 431},
        {"GET /" + std::string(3000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413},
    }));
    INFO(bytes.substr(0, 60));
    RawClient client(served.port);
    client.send(bytes);
    const auto answer = client.read_to_end();
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(status)));
}

TEST_CASE("a request with a body is answered and ends the connection") {
    Served served;
    RawClient client(served.port);
    client.send("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + get("/b"));
    const auto answer = client.read_to_end();
    CHECK(has(answer, "you asked for /a"));
    CHECK_FALSE(has(answer, "/b"));
}

TEST_CASE("a request that trickles in is given up in time") {
    HttpLimits limits;
    limits.request_time = 150ms;
    Served served(limits);
    RawClient client(served.port);
    const auto begin = std::chrono::steady_clock::now();
    // A byte now and then must not win time: it is the whole request that counts.
    bool is_open = true;
    for (const char c : get("/" + std::string(1000, 'x'))) {
        is_open = client.send(std::string_view(&c, 1));
        std::this_thread::sleep_for(1ms);
        if (!is_open || served.connections() == 0) break;
    }
    CHECK(eventually([&] { return served.connections() == 0; }));
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
    CHECK_FALSE(has(client.read_to_end(), "200"));
}

TEST_CASE("an idle connection is closed in time") {
    HttpLimits limits;
    limits.request_time = 100ms;
    Served served(limits);
    RawClient client(served.port);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a reader that takes no answer is given up in time") {
    HttpLimits limits;
    limits.answer_time = 100ms;
    Served served(limits);
    RawClient client(served.port);
    client.send(get("/large"));
    CHECK(eventually([&] { return served.connections() == 1; }));
    CHECK(eventually([&] { return served.connections() == 0; }));
}

TEST_CASE("one connection too many is told to come back later") {
    HttpLimits limits;
    limits.connections = 3;
    Served served(limits);
    std::vector<std::unique_ptr<RawClient>> guests;
    for (int i = 0; i < 3; ++i) guests.push_back(std::make_unique<RawClient>(served.port));
    REQUIRE(eventually([&] { return served.connections() == 3; }));
    RawClient late(served.port);
    const auto answer = late.read_to_end();
    CHECK(starts_with_status(answer, 503));
    CHECK(header(answer, "Retry-After") == "10");
    guests.clear();
    REQUIRE(eventually([&] { return served.connections() == 0; }));
    RawClient next(served.port);
    next.send(get("/a"));
    CHECK(starts_with_status(next.read_answer(), 200));
}

TEST_CASE("many readers at once are all served") {
    Served served;
    std::vector<std::unique_ptr<RawClient>> readers;
    for (int i = 0; i < 200; ++i) {
        readers.push_back(std::make_unique<RawClient>(served.port));
        readers.back()->send(get(fmt::format("/{}", i)));
    }
    for (int i = 0; i < 200; ++i) CHECK(has(readers[i]->read_answer(), fmt::format("you asked for /{}", i)));
}

TEST_CASE("a server that is stopped closes its connections and frees its port") {
    auto served = std::make_unique<Served>();
    RawClient idle(served->port), half(served->port);
    half.send("GET / HT");
    REQUIRE(eventually([&] { return served->connections() == 2; }));
    served->stop();
    CHECK(idle.read_to_end().empty());
    CHECK(half.read_to_end().empty());
    CHECK_FALSE(accepts_connections(served->port));
}

TEST_CASE("an independent client reads compressed pages") {
    LiveTimeline timeline;
    for (int i = 0; i < 50; ++i) timeline.add(fmt::format("text {}.", i));
    timeline.deliver();
    const auto plain = run({"curl", "-sS", "--max-time", "20", timeline.url("/")});
    const auto packed = run({"curl", "-sS", "--max-time", "20", "--compressed", timeline.url("/")});
    const auto sizes = run({"curl", "-sS", "--max-time", "20", "-H", "Accept-Encoding: br, gzip;q=0.5", "-o",
                            "/dev/null", "-w", "%{size_download} %{http_code}", timeline.url("/")});
    const auto refused = run({"curl", "-sS", "--max-time", "20", "-H", "Accept-Encoding: gzip;q=0", timeline.url("/")});
    CHECK(plain.output.find("text 49.") != std::string::npos);
    CHECK(packed.output == plain.output);
    CHECK(refused.output == plain.output);
    CHECK(sizes.output.ends_with(" 200"));
    CHECK(std::stoul(sizes.output) < 15 * 1024);
}

TEST_CASE("a reader of events that does not read is dropped, and the others are not") {
    HttpLimits limits;
    limits.event_time = 200ms;
    limits.heartbeat = 20ms;
    Served served(limits);
    RawClient slow(served.port), quiet(served.port);
    slow.send(get("/endless"));
    quiet.send(get("/quiet"));
    CHECK(eventually([&served] { return served.connections() == 2; }));
    CHECK(eventually([&served] { return served.connections() == 1; }));
    CHECK(has(quiet.read_until(":thump\n:thump\n"), "text/event-stream"));
}

TEST_CASE("only so many readers of events are let in, and the server ends with them there") {
    HttpLimits limits;
    limits.streams = 2;
    Served served(limits);
    RawClient first(served.port), second(served.port), third(served.port);
    first.send(get("/quiet"));
    second.send(get("/quiet"));
    first.read_until("\r\n\r\n");
    second.read_until("\r\n\r\n");
    third.send(get("/quiet"));
    CHECK(starts_with_status(third.read_to_end(), 503));
    served.stop();
    CHECK(first.read_to_end().empty());
}

TEST_CASE("a reader of events that has gone is noticed by the heartbeat") {
    HttpLimits limits;
    limits.heartbeat = 20ms;
    Served served(limits);
    {
        RawClient reader(served.port);
        reader.send(get("/quiet"));
        reader.read_until(":thump\n");
    }
    CHECK(eventually([&served] { return served.connections() == 0; }));
}

namespace {

const std::string upgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

}  // namespace

TEST_CASE("a WebSocket that does not read is dropped, and so is one that answers no ping") {
    HttpLimits limits;
    limits.event_time = 200ms;
    limits.heartbeat = 100ms;
    Served served(limits);
    const auto target = GENERATE(as<std::string>(), "/socket", "/quiet-socket");
    RawClient client(served.port);
    client.send(get(target, upgrade));
    // The key's answer of RFC 6455, 1.3.
    CHECK(has(client.read_until("\r\n\r\n"), "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    CHECK(eventually([&served] { return served.connections() == 0; }));
}

TEST_CASE("WebSockets count as readers of events, and the server ends with them there") {
    HttpLimits limits;
    limits.streams = 2;
    Served served(limits);
    RawClient first(served.port), second(served.port), third(served.port);
    first.send(get("/quiet-socket", upgrade));
    second.send(get("/quiet"));
    first.read_until("\r\n\r\n");
    second.read_until("\r\n\r\n");
    third.send(get("/quiet-socket", upgrade));
    CHECK(starts_with_status(third.read_to_end(), 503));
    served.stop();
    first.read_to_end();
}

TEST_CASE("what no WebSocket's handshake is, is not answered as one") {
    Served served;
    RawClient client(served.port);
    client.send(get("/socket", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\n"));
    CHECK_FALSE(has(client.read_to_end(), "HTTP/1.1 101"));
}
