// Faults while posts flow, on real servers: after each of them everything that was accepted was delivered, in order.
#include <catch2/catch.hpp>

#include "tests/bridges/irc/flow_of_posts.h"
#include "tests/support/certificates.h"
#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/tcp_proxy.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

IrcSettings impatient(std::uint16_t port) {
    auto settings = quick_settings(port);
    settings.timings.barred_least = 200ms;
    settings.timings.barred_most = 400ms;
    settings.timings.reconnect_refused = 200ms;
    settings.timings.wait_for_channel = 2s;
    return settings;
}

IrcSettings with_tls(const Ngircd& server) {
    auto settings = impatient(server.tls_port());
    settings.server = "localhost";
    settings.tls = true;
    settings.ca_file = server.ca_file();
    return settings;
}

// What was seen, without the titles.
Texts seen_by(const IrcReader& reader) {
    Texts texts;
    const std::string title = "git.receive -- ";
    for (const auto& text : reader.texts()) texts.push_back(text.substr(std::min(title.size(), text.size())));
    return texts;
}

// The flow ends, and all that was accepted has come to those who read, in order; some of it maybe twice.
void check_all_came(FlowOfPosts& flow, const IrcReader& reader, Texts seen_before = {}) {
    REQUIRE(flow.is_drained());
    const auto accepted = flow.accepted();
    CHECK(flow.delivered() == accepted.size());
    const auto all = [&] {
        auto seen = seen_before;
        for (auto& text : seen_by(reader)) seen.push_back(std::move(text));
        return first_of_each(seen);
    };
    eventually([&] { return all().size() >= accepted.size(); });
    CHECK(all() == accepted);
}

constexpr Inspircd::Options no_limits{.fakelag = false, .threshold = 100000, .commandrate = 1000000, .recvq = 1 << 20};

}  // namespace

TEST_CASE(
    "complaint: what comes while offline is lost (matterbridge #325). While posts flow, the server stops and starts") {
    Ngircd server;
    auto reader = std::make_unique<IrcReader>(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, impatient(server.port()));
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 30; }));
    // The loop stands still here: what was delivered has been read before the server dies.
    REQUIRE(reader->wait_for(flow.delivered()));
    server.stop();
    const auto seen = seen_by(*reader);
    REQUIRE(flow.until([&] { return !bridge.hindrance().empty(); }));
    flow.during(300ms);
    reader.reset();
    server.start();
    reader = std::make_unique<IrcReader>(server.port(), "#test");
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 30; }));
    check_all_came(flow, *reader, seen);
}

TEST_CASE("while posts flow, the wire goes dead and nobody tells") {
    const Ngircd server;
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    TcpProxy proxy(loop, server.port());
    auto settings = impatient(proxy.port());
    settings.timings.silence_limit = 600ms;
    settings.alternates = {"bot2"};  // the server still holds the first
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 30; }));
    proxy.go_dead();
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 30; }));
    CHECK(proxy.connections() >= 2);
    check_all_came(flow, reader);
}

TEST_CASE("while posts flow, the server comes back with a certificate that is wrong") {
    const auto what =
        GENERATE(std::string("another authority's"), std::string("expired"), std::string("another host's"));
    INFO(what);
    Ngircd server({.tls = true});
    auto reader = std::make_unique<IrcReader>(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, with_tls(server));
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 20; }));
    REQUIRE(reader->wait_for(flow.delivered()));
    server.stop();
    const auto seen = seen_by(*reader);
    const TempFolder good;
    for (const auto* file : {"server.pem", "server.key"})
        std::filesystem::copy_file(server.folder() / file, good / file);
    const auto put = [&](const TempFolder& from) {
        for (const auto* file : {"server.pem", "server.key"})
            std::filesystem::copy_file(from / file, server.folder() / file,
                                       std::filesystem::copy_options::overwrite_existing);
    };
    const TempFolder bad;
    if (what == "expired") {
        make_expired_certificate(server.folder(), "localhost");
    } else if (what == "another authority's") {
        make_certificates(bad.path(), "localhost");
        put(bad);
    } else {
        // By the right authority: only the name is wrong.
        make_server_certificate(server.folder(), "elsewhere.example");
    }
    server.start();
    REQUIRE(flow.until([&] { return bridge.hindrance().find("certificate is refused") != std::string::npos; }));
    CHECK((what != "expired" || bridge.hindrance().find("expired") != std::string::npos));
    CHECK((what != "another host's" || bridge.hindrance().find("not made for localhost") != std::string::npos));
    const auto before = flow.delivered();
    flow.during(300ms);
    CHECK(flow.delivered() == before);
    server.stop();
    put(good);
    server.start();
    reader = std::make_unique<IrcReader>(server.port(), "#test");
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 20; }));
    check_all_came(flow, *reader, seen);
}

TEST_CASE("while posts flow, somebody takes the nick, and gives it back") {
    Ngircd server;
    auto reader = std::make_unique<IrcReader>(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = impatient(server.port());
    settings.timings.regain_nick = settings.timings.regain_services = 200ms;
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 20; }));
    REQUIRE(reader->wait_for(flow.delivered()));
    server.stop();
    const auto seen = seen_by(*reader);
    server.start();
    auto thief = std::make_unique<IrcReader>(server.port(), "#other", IrcReader::Options{.nick = "bot"});
    reader = std::make_unique<IrcReader>(server.port(), "#test");
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 20; }));
    REQUIRE(reader->wait_for(1));
    CHECK(reader->lines().back().nick == "bot_");
    thief.reset();
    REQUIRE(flow.until([&] { return reader->lines().back().nick == "bot"; }));
    check_all_came(flow, *reader, seen);
}

TEST_CASE("while posts flow, the server's password changes, and changes back") {
    Ngircd server({.password = "old"});
    auto reader = std::make_unique<IrcReader>(server.port(), "#test", IrcReader::Options{.password = "old"});
    boost::asio::io_context loop;
    auto settings = impatient(server.port());
    settings.password = "old";
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 20; }));
    REQUIRE(reader->wait_for(flow.delivered()));
    server.stop();
    const auto seen = seen_by(*reader);
    server.set_password("new");
    server.start();
    REQUIRE(flow.until([&] { return bridge.hindrance().find("assword") != std::string::npos; }));
    server.stop();
    server.set_password("old");
    server.start();
    reader = std::make_unique<IrcReader>(server.port(), "#test", IrcReader::Options{.password = "old"});
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 20; }));
    check_all_came(flow, *reader, seen);
}

TEST_CASE("while posts come, the server's name does not resolve, and another's does in the end") {
    const Ngircd server;
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = impatient(server.port());
    settings.server = "no-such-host.invalid";
    settings.alternate_servers = {{"also-none.invalid", server.port()}, {"127.0.0.1", server.port()}};
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 20; }));
    check_all_came(flow, reader);
}

TEST_CASE("while posts flow, an operator does to the bot what operators do") {
    struct Deed {
        Texts done;
        Texts undone;
    };
    const auto deed =
        GENERATE(Deed{{"KICK #test bot :enough"}, {}},
                 Deed{{"MODE #test +b bot!*@*", "KICK #test bot :enough"}, {"MODE #test -b bot!*@*"}},
                 Deed{{"MODE #test +b *!*@127.0.0.1", "MODE #test +b *!*@localhost"},
                      {"MODE #test -b *!*@127.0.0.1", "MODE #test -b *!*@localhost"}},
                 Deed{{"MODE #test +m"}, {"MODE #test -m"}}, Deed{{"MODE #test +m"}, {"MODE #test +v bot"}},
                 Deed{{"MODE #test +i", "KICK #test bot :enough"}, {"MODE #test -i"}},
                 Deed{{"MODE #test +k secret", "KICK #test bot :enough"}, {"MODE #test -k secret"}});
    const bool has_labels = GENERATE(false, true);
    INFO(deed.done.front() << (has_labels ? " on InspIRCd" : " on ngircd"));
    std::optional<Ngircd> ngircd;
    std::optional<Inspircd> inspircd;
    const auto port = has_labels ? inspircd.emplace(no_limits).port() : ngircd.emplace().port();
    IrcReader reader(port, "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, impatient(port));
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 10; }));
    for (const auto& line : deed.done) {
        flow.during(40ms);
        reader.command(line);
    }
    // A kick alone is followed by a return.
    if (!deed.undone.empty())
        REQUIRE(flow.until([&] { return !bridge.hindrance().empty() && !flow.trouble().empty(); }));
    for (const auto& line : deed.undone) reader.command(line);
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 10; }));
    check_all_came(flow, reader);
    // Where the server answers each line, none is said twice.
    if (has_labels) CHECK(seen_by(reader).size() == flow.accepted().size());
}

TEST_CASE("while posts flow, the channel forbids colours") {
    const Inspircd server(no_limits);
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = impatient(server.port());
    settings.style.colors = true;
    RunningBridge bridge(loop, settings);
    FlowOfPosts flow(bridge);
    REQUIRE(flow.until([&] { return flow.delivered() >= 10; }));
    REQUIRE(reader.wait_for(10));
    CHECK(reader.texts().back().find('\x03') != std::string::npos);
    reader.command("MODE #test +c");
    const auto before = flow.delivered();
    REQUIRE(flow.until([&] { return flow.delivered() >= before + 20; }));
    REQUIRE(flow.is_drained());
    REQUIRE(reader.wait_for(flow.accepted().size()));
    CHECK(reader.texts().size() == flow.accepted().size());
    CHECK(reader.texts().back().find('\x03') == std::string::npos);
}
