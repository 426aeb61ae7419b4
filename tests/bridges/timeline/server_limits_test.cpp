// What the server does with bodies that take their time, with requests that have a body, and with greedy readers.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/lone_server.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

PageAnswer answer(const PageRequest& request) {
    PageAnswer made(200, "text/plain", "you asked for " + request.target + " of " + request.base_url);
    if (request.target == "/pieces" || request.target == "/broken-piece") {
        made.pieces = [n = 0, fails = request.target == "/broken-piece"]() mutable -> std::optional<std::string> {
            if (++n > 6) return {};
            if (fails && n == 4) throw std::runtime_error("no disk");
            return n % 2 == 0 ? fmt::format("piece {}.", n / 2) : std::string();
        };
    }
    if (request.target == "/events") {
        made.events = [] { return std::shared_ptr<const std::string>(); };
        made.type = "text/event-stream";
    }
    return made;
}

TrustedProxies loopback() {
    TrustedProxies trusted;
    trusted.add("127.0.0.1");
    return trusted;
}

HttpLimits tight() {
    HttpLimits limits;
    limits.per_client.requests = 5;
    limits.per_client.requests_a_second = 0;
    limits.per_client.streams = 2;
    return limits;
}

std::string for_client(const std::string& address) { return "X-Forwarded-For: " + address + "\r\n"; }

}  // namespace

TEST_CASE("a body that takes its time goes out in chunks, and the connection serves on") {
    LoneServer server({}, answer);
    RawClient client(server.port);
    client.send(get("/pieces") + get("/next", "Connection: close\r\n"));
    const auto answers = client.read_to_end();
    CHECK(answers.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(answers.find("\r\n8\r\npiece 1.\r\n8\r\npiece 2.\r\n8\r\npiece 3.\r\n0\r\n\r\nHTTP/1.1 200") !=
          std::string::npos);
    CHECK(answers.ends_with("you asked for /next of "));
    const auto curl = run({"curl", "-sS", "--max-time", "20", fmt::format("http://127.0.0.1:{}/pieces", server.port)});
    CHECK(curl.output == "piece 1.piece 2.piece 3.");
}

TEST_CASE("an old client gets such a body up to the connection's end, and HEAD gets none") {
    LoneServer server({}, answer);
    RawClient old(server.port);
    old.send("GET /pieces HTTP/1.0\r\n\r\n");
    const auto whole = old.read_to_end();
    CHECK(whole.ends_with("\r\n\r\npiece 1.piece 2.piece 3."));
    CHECK(whole.find("Transfer-Encoding") == std::string::npos);
    RawClient head(server.port);
    head.send("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next", "Connection: close\r\n"));
    const auto answers = head.read_to_end();
    CHECK(answers.find("piece") == std::string::npos);
    CHECK(answers.ends_with("you asked for /next of "));
}

TEST_CASE("a body that fails half way is seen to be cut, and the server lives") {
    LoneServer server({}, answer);
    RawClient client(server.port);
    client.send(get("/broken-piece"));
    const auto cut = client.read_to_end();
    CHECK(cut.find("piece 1.") != std::string::npos);
    CHECK_FALSE(cut.ends_with("0\r\n\r\n"));
    RawClient next(server.port);
    next.send(get("/next"));
    CHECK(next.read_answer().find("/next") != std::string::npos);
}

TEST_CASE("a chunked request body is not read, and cannot smuggle a request in") {
    LoneServer server({}, answer);
    const auto headers = GENERATE(as<std::string>(), "Transfer-Encoding: chunked\r\n",
                                  "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Content-Length: 48\r\n");
    RawClient client(server.port);
    client.send(get("/a", headers) + "0\r\n\r\n" + get("/smuggled"));
    const auto answers = client.read_to_end();
    INFO(answers);
    CHECK(answers.find("smuggled") == std::string::npos);
    CHECK(answers.find("HTTP/1.1 ") == answers.rfind("HTTP/1.1 "));
}

TEST_CASE("one greedy reader behind a proxy is slowed, the others are served") {
    LoneServer server(tight(), answer, loopback());
    RawClient proxy(server.port);
    for (int i = 0; i < 5; ++i) {
        proxy.send(get("/a", for_client("203.0.113.9")));
        CHECK(proxy.read_answer().starts_with("HTTP/1.1 200 "));
    }
    proxy.send(get("/a", for_client("203.0.113.9")));
    const auto refused = proxy.read_to_end();
    CHECK(refused.starts_with("HTTP/1.1 429 "));
    CHECK(refused.find("Retry-After: 10\r\n") != std::string::npos);
    RawClient another(server.port);
    another.send(get("/a", for_client("203.0.113.10")));
    CHECK(another.read_answer().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a reader has so many streams at once, and room for another when one has ended") {
    auto limits = tight();
    limits.heartbeat = 20ms;
    LoneServer server(limits, answer, loopback());
    const auto request = get("/events", for_client("203.0.113.9"));
    auto first = std::make_unique<RawClient>(server.port);
    RawClient second(server.port), third(server.port), other(server.port);
    first->send(request);
    first->read_until("\r\n\r\n");
    second.send(request);
    second.read_until("\r\n\r\n");
    third.send(request);
    CHECK(third.read_to_end().starts_with("HTTP/1.1 429 "));
    other.send(get("/events", for_client("203.0.113.10")));
    CHECK(other.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
    first.reset();
    REQUIRE(eventually([&server] { return server.connections() == 2; }));
    RawClient again(server.port);
    again.send(request);
    CHECK(again.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("without a trusted proxy nobody is believed, and loopback is not one reader") {
    LoneServer server(tight(), answer);
    RawClient client(server.port);
    for (int i = 0; i < 20; ++i) {
        client.send(
            get("/a", for_client("203.0.113.9") + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"));
        const auto page = client.read_answer();
        REQUIRE(page.starts_with("HTTP/1.1 200 "));
        CHECK(page.ends_with("you asked for /a of "));
    }
}
