// Mastodon's streams on the wire: what clients of other makes would trip over, and what hostile ones try.

#include "bridges/timeline/mastodon_streams.h"

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/pages.h"
#include "tests/bridges/timeline/raw_client.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i)
        timeline.add(message("id-" + std::to_string(i)),
                     full_line(fmt::format("sentence {}.\n\ndata: x", i), i % 2 == 0 ? "git" : "bodhi"),
                     at_second(1385298000 + i));
    timeline.deliver();
}

std::string id(int entry) { return MastodonView::status_id(entry); }

// A client's end of a WebSocket, blocking.
class SocketClient {
public:
    using tcp = boost::asio::ip::tcp;

    SocketClient(const LiveTimeline& timeline, const std::string& target, const std::string& protocol = {}) {
        socket_.next_layer().connect({boost::asio::ip::address_v4::loopback(), timeline.port()});
        if (!protocol.empty())
            socket_.set_option(boost::beast::websocket::stream_base::decorator([protocol](auto& request) {
                request.set(boost::beast::http::field::sec_websocket_protocol, protocol);
            }));
        socket_.handshake(response_, "127.0.0.1", target);
    }
    std::string protocol() const { return std::string(response_[boost::beast::http::field::sec_websocket_protocol]); }
    void say(const std::string& text) { socket_.write(boost::asio::buffer(text)); }
    // The other side may close before it has heard all.
    void say_too_much(const std::string& text) {
        boost::system::error_code ignored;
        socket_.write(boost::asio::buffer(text), ignored);
    }
    json hear() {
        boost::beast::flat_buffer frame;
        socket_.read(frame);
        return json::parse(std::string(static_cast<const char*>(frame.cdata().data()), frame.size()));
    }
    // Whether the other side has closed, whatever it said before.
    bool is_closed() {
        boost::system::error_code error;
        for (int i = 0; i < 100 && !error; ++i) {
            boost::beast::flat_buffer frame;
            socket_.read(frame, error);
        }
        return error.failed();
    }

private:
    boost::asio::io_context loop_;
    boost::beast::websocket::stream<tcp::socket> socket_{loop_};
    boost::beast::websocket::response_type response_;
};

std::string command(const std::string& type, const std::string& stream, const std::string& tag = {}) {
    json made = {{"type", type}, {"stream", stream}};
    if (!tag.empty()) made["tag"] = tag;
    return made.dump();
}

}  // namespace

TEST_CASE("a stream is made of whole events, and of comments without an empty line") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    const auto target = GENERATE(as<std::string>(), "/api/v1/streaming/public", "/api/v1/streaming/public/local/",
                                 "/api/v1/streaming?stream=public", "/api/v1/streaming/?stream=public:local");
    RawClient reader(timeline.port());
    reader.send(get(target));
    const auto head = reader.read_until(":)\n");
    CHECK(head.starts_with("HTTP/1.1 200 "));
    CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
    CHECK(head.find("Access-Control-Allow-Origin: *\r\n") != std::string::npos);
    CHECK(head.ends_with("\r\n\r\n:)\n"));
    add(timeline, 4, 5);
    const auto events = reader.read_until("id: " + id(5) + "\n");
    CHECK(events.starts_with("event: update\nid: " + id(4) + "\ndata: {\"id\":\"" + id(4) + "\","));
    // The message's own line ends make no event.
    CHECK(events.find("\ndata: x") == std::string::npos);
    CHECK(events.find("sentence 3.") == std::string::npos);
}

TEST_CASE("a stream of a hashtag has that only, and goes on where it broke off") {
    LiveTimeline timeline;
    add(timeline, 1, 6);
    RawClient reader(timeline.port());
    reader.send(get("/api/v1/streaming/hashtag?tag=git", "Last-Event-ID: " + id(3) + "\r\n"));
    const auto events = reader.read_until("id: " + id(6) + "\n");
    CHECK(events.find("id: " + id(2) + "\n") == std::string::npos);
    CHECK(events.find("id: " + id(4) + "\n") != std::string::npos);
    CHECK(events.find("id: " + id(5) + "\n") == std::string::npos);
}

TEST_CASE("streams that there are not are refused, and those that are always silent stay open") {
    LiveTimeline timeline;
    const auto status_of = [&timeline](const std::string& target) {
        RawClient reader(timeline.port());
        reader.send(get(target));
        return reader.read_answer().substr(9, 3);
    };
    CHECK(status_of("/api/v1/streaming/user") == "401");
    CHECK(status_of("/api/v1/streaming/hashtag") == "400");
    for (const std::string name : {"nothing", "public/nothing", "public:", "nothing/media", "public/remote/local"})
        CHECK(status_of("/api/v1/streaming/" + name) == "404");
    CHECK(status_of("/api/v1/streaming") == "404");
    CHECK(status_of("/api/v1/streaming/health") == "200");
    RawClient silent(timeline.port());
    silent.send(get("/api/v1/streaming/public/remote"));
    CHECK(silent.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a WebSocket begins with the stream of its address, and takes others on and gives them up") {
    LiveTimeline timeline;
    add(timeline, 1, 2);
    SocketClient client(timeline, "/api/v1/streaming?stream=public", "a-token");
    CHECK(client.protocol() == "a-token");
    add(timeline, 3, 3);
    const auto first = client.hear();
    CHECK(first["stream"] == json({"public"}));
    CHECK(first["event"] == "update");
    CHECK(json::parse(first["payload"].get<std::string>())["id"] == id(3));
    client.say(command("subscribe", "hashtag", "git"));
    client.say(command("unsubscribe", "public"));
    client.say(command("subscribe", "no such"));
    CHECK(client.hear()["error"] == "There is no such stream");
    add(timeline, 4, 6);
    for (const int expected : {4, 6}) {
        const auto heard = client.hear();
        CHECK(heard["stream"] == json({"hashtag", "git"}));
        CHECK(json::parse(heard["payload"].get<std::string>())["id"] == id(expected));
    }
}

TEST_CASE("a WebSocket keeps the address it was opened at, whoever asks in between") {
    Pages pages;
    PageRequest first{"/api/v1/streaming"};
    first.base_url = "https://one.example.org";
    first.is_socket = true;
    const auto socket = pages.site.answer(first);
    REQUIRE(socket.listener);
    PageRequest other{"/api/v1/instance"};
    other.base_url = "https://two.example.org";
    pages.site.answer(other);
    socket.listener(command("subscribe", "public"));
    pages.add(1, 1);
    const auto heard = socket.events();
    REQUIRE(heard);
    CHECK(json::parse(json::parse(*heard)["payload"].get<std::string>())["url"] == "https://one.example.org/m/1");
}

TEST_CASE("a WebSocket that asks for what there is not is no WebSocket") {
    LiveTimeline timeline;
    for (const std::string target : {"/api/v1/streaming?stream=user", "/api/v1/streaming/no", "/api/v1/instance", "/"})
        CHECK_THROWS(SocketClient(timeline, target));
}

TEST_CASE("a tag beside a stream that has none is not heard") {
    LiveTimeline timeline;
    SocketClient client(timeline, "/api/v1/streaming?stream=public&tag=kernel");
    for (const auto* tag : {"a", "b", "c"}) client.say(command("subscribe", "public", tag));
    client.say(command("unsubscribe", "public:local", "a"));
    client.say("end");
    CHECK(client.hear()["error"].is_string());
    add(timeline, 1, 2);
    for (const int expected : {1, 2}) {
        const auto heard = client.hear();
        CHECK(heard["stream"] == json({"public"}));
        CHECK(json::parse(heard["payload"].get<std::string>())["id"] == id(expected));
    }
}

TEST_CASE("who subscribes to more than there may be is told so, and keeps what it has") {
    LiveTimeline timeline;
    SocketClient client(timeline, "/api/v1/streaming");
    for (std::size_t i = 0; i < MastodonStreams::most_subscriptions; ++i)
        client.say(command("subscribe", "hashtag", i == 0 ? "kernel" : fmt::format("tag{}", i)));
    client.say(command("subscribe", "public"));
    CHECK(client.hear()["error"] == "Too many subscriptions");
    // Those are there already.
    client.say(command("subscribe", "hashtag", "kernel"));
    for (const std::string nonsense : {"", "{", "[1,2]", "{\"type\":1}", "\"x\"", "{\"type\":\"shout\"}"}) {
        client.say(nonsense);
        CHECK(client.hear()["error"].is_string());
    }
    add(timeline, 1, 1);
    CHECK(client.hear()["stream"] == json({"hashtag", "kernel"}));
}

TEST_CASE("who says too much at once is closed, and the others hear on") {
    LiveTimeline timeline;
    SocketClient other(timeline, "/api/v1/streaming?stream=public");
    SocketClient client(timeline, "/api/v1/streaming?stream=public");
    client.say_too_much(std::string(100'000, '['));
    CHECK(client.is_closed());
    add(timeline, 1, 1);
    CHECK(other.hear()["event"] == "update");
}

TEST_CASE("a hundred sockets and streams hear each message once") {
    LiveTimeline timeline;
    std::vector<std::unique_ptr<SocketClient>> sockets;
    std::vector<std::unique_ptr<RawClient>> streams;
    for (int i = 0; i < 50; ++i) {
        sockets.push_back(std::make_unique<SocketClient>(timeline, "/api/v1/streaming?stream=public"));
        streams.push_back(std::make_unique<RawClient>(timeline.port()));
        streams.back()->send(get("/api/v1/streaming/public"));
        streams.back()->read_until(":)\n");
    }
    for (int i = 1; i <= 20; ++i) add(timeline, i, i);
    for (auto& socket : sockets)
        for (int i = 1; i <= 20; ++i) CHECK(json::parse(socket->hear()["payload"].get<std::string>())["id"] == id(i));
    for (auto& stream : streams) {
        const auto events = stream->read_until("id: " + id(20) + "\n");
        for (int i = 1; i <= 20; ++i) {
            const auto at = events.find("id: " + id(i) + "\n");
            CHECK(at != std::string::npos);
            CHECK(at == events.rfind("id: " + id(i) + "\n"));
        }
    }
}
