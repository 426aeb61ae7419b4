// The bridge on a real server, plain and with TLS, read by a client that shares no code with it.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "tests/bridges/irc/running_bridge.h"
#include "tests/support/certificates.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

std::string title(const std::string& text) { return "git.receive -- " + text; }

Texts numbered(int count) {
    Texts texts;
    for (int i = 0; i < count; ++i) texts.push_back(fmt::format("message {} of many", i));
    return texts;
}

std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

// What was said, put together again from lines and their continuations.
std::string joined(const Texts& lines) {
    std::string all;
    for (const auto& line : lines) all += without_blanks(line.substr(line.starts_with("... ") ? 4 : title("").size()));
    return all;
}

IrcSettings tls_settings(const Ngircd& server) {
    auto settings = quick_settings(server.tls_port());
    settings.server = "localhost";
    settings.tls = true;
    settings.ca_file = server.ca_file();
    return settings;
}

}  // namespace

TEST_CASE("2,000 posts arrive complete and in order") {
    const Ngircd server;
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, quick_settings(server.port()));
    REQUIRE(bridge.run_until_ready());
    REQUIRE(bridge.insist(numbered(2000)));
    REQUIRE(reader.wait_for(2000));
    const auto seen = reader.lines();
    REQUIRE(seen.size() == 2000);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        REQUIRE(seen[i].text == title(fmt::format("message {} of many", i)));
        REQUIRE(seen[i].nick == "bot");
        REQUIRE(seen[i].is_notice);
    }
}

TEST_CASE("TLS with the right authority and host name works, whichever of its addresses a host answers on") {
    const Ngircd server({.tls = true});
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, tls_settings(server));
    REQUIRE(bridge.insist(numbered(500)));
    REQUIRE(reader.wait_for(500));
    CHECK(reader.texts().back() == title("message 499 of many"));
}

TEST_CASE("a server whose certificate another authority signed is refused") {
    const Ngircd server({.tls = true});
    const TempFolder folder;
    boost::asio::io_context loop;
    auto settings = tls_settings(server);
    settings.ca_file = make_certificates(folder.path(), "localhost").authority;
    RunningBridge bridge(loop, settings);
    CHECK(
        bridge.run_until([&] { return bridge.hindrance().starts_with("TLS: the server's certificate is refused: "); }));
}

TEST_CASE("a server whose certificate is for another host is refused") {
    const auto host = GENERATE(std::string("localhost"), std::string("127.0.0.1"));
    const Ngircd server({.tls = true, .host = "elsewhere.example"});
    boost::asio::io_context loop;
    auto settings = tls_settings(server);
    settings.server = host;
    RunningBridge bridge(loop, settings);
    const auto told = "TLS: the server's certificate is refused: it was not made for " + host;
    CHECK(bridge.run_until([&] { return bridge.hindrance() == told; }));
}

TEST_CASE("any certificate does where the operator said so") {
    const Ngircd server({.tls = true, .host = "elsewhere.example"});
    boost::asio::io_context loop;
    auto settings = tls_settings(server);
    settings.tls_verify = false;
    RunningBridge bridge(loop, settings);
    CHECK(bridge.insist({"one"}));
}

TEST_CASE("TLS to a port without it fails clearly") {
    const Ngircd server;
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.tls = true;
    settings.tls_verify = false;
    settings.timings.connect = 500ms;
    RunningBridge bridge(loop, settings);
    CHECK(bridge.run_until([&] { return bridge.hindrance().starts_with("TLS: "); }));
}

TEST_CASE(
    "complaint: after a reconnect nothing is delivered again (matterbridge #757, #1419, #1486, #2080). It is, in "
    "order") {
    Ngircd server;
    boost::asio::io_context loop;
    RunningBridge bridge(loop, quick_settings(server.port()));
    {
        const IrcReader reader(server.port(), "#test");
        REQUIRE(bridge.insist({"before"}));
        REQUIRE(reader.wait_for(1));
    }
    server.kill();
    REQUIRE(bridge.run_until([&] { return !bridge.hindrance().empty(); }));
    server.start();
    const IrcReader reader(server.port(), "#test");
    REQUIRE(bridge.insist(numbered(100)));
    REQUIRE(reader.wait_for(100));
    Texts expected;
    for (const auto& text : numbered(100)) expected.push_back(title(text));
    CHECK(reader.texts() == expected);
}

TEST_CASE("the server's password is given, and a wrong one told") {
    const Ngircd server({.password = "hunter2"});
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    SECTION("right") {
        settings.password = "hunter2";
        RunningBridge bridge(loop, settings);
        CHECK(bridge.insist({"one"}));
    }
    SECTION("wrong") {
        settings.password = "hunter3";
        RunningBridge bridge(loop, settings);
        REQUIRE(bridge.run_until([&] { return bridge.hindrance().find("assword") != std::string::npos; }));
        CHECK(bridge.hindrance().find("hunter") == std::string::npos);
    }
}

TEST_CASE(
    "complaint: long text is cut or parts are lost (matterbridge #2047, #584, #1540). What readers receive is whole") {
    const Ngircd server;
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto piece = GENERATE(std::string("x"), std::string("\u00e4"), std::string("\u4e2d"),
                                std::string("\U0001F600"), std::string("ab "));
    std::string text;
    while (text.size() + piece.size() <= 440) text += piece;
    Texts texts;
    for (int i = 0; i < 30; ++i, text += piece) texts.push_back(text + "END");
    REQUIRE(bridge.insist(texts));
    std::string expected;
    for (const auto& sent : texts) expected += without_blanks(sent);  // a cut takes the blank between two words
    CHECK(bridge.run_until([&] { return joined(reader.texts()) == expected; }, 5s));
    for (const auto& line : reader.texts()) CHECK(is_valid_utf8(line));
}

TEST_CASE("nothing that a message says is more than a line of text") {
    const Ngircd server;
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, quick_settings(server.port()));
    const Texts hostile = {"a\r\nQUIT :gone",
                           "a\nPRIVMSG #test :injected",
                           std::string("a\0b", 3),
                           "\x01VERSION\x01",
                           "\x01"
                           "ACTION dances\x01",
                           "\x03"
                           "04red\x02 bold",
                           ":colon",
                           "/quit",
                           "\x1b[2J",
                           "\xff\xfe",
                           ""};
    REQUIRE(bridge.insist(hostile));
    REQUIRE(reader.wait_for(hostile.size()));
    const auto texts = reader.texts();
    REQUIRE(texts.size() == hostile.size());
    CHECK(texts[0] == title("a QUIT :gone"));
    CHECK(texts[1] == title("a PRIVMSG #test :injected"));
    for (const auto& text : texts)
        for (const char c : text) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(reader.ctcp_count() == 0);
}

TEST_CASE("kicked and banned by a real operator, the bot keeps its posts and returns") {
    const Ngircd server;
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.timings.barred_least = 300ms;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"one"}));
    reader.command("MODE #test +b bot!*@*");
    reader.command("KICK #test bot :enough");
    REQUIRE(bridge.run_until([&] { return bridge.hindrance().starts_with("474"); }));
    const auto refused = bridge.deliver({"two"});
    CHECK(count(refused, Outcome::Kind::retry) == 1);
    reader.command("MODE #test -b bot!*@*");
    REQUIRE(bridge.run_until_ready());
    REQUIRE(bridge.insist({"two"}));
    REQUIRE(reader.wait_for(2));
    CHECK(reader.texts() == Texts{title("one"), title("two")});
}

TEST_CASE("a moderated channel loses nothing, although servers drop a NOTICE there without a word") {
    const auto command = GENERATE(std::string("NOTICE"), std::string("PRIVMSG"));
    const Ngircd server;
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.command = command;
    settings.timings.barred_least = 200ms;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"one"}));
    reader.command("MODE #test +m");
    // Posts that race with the mode may be lost to it, so the order of the two must be certain: what the bridge heard.
    REQUIRE(bridge.run_until([&] { return !bridge.hindrance().empty(); }));
    CHECK(count(bridge.deliver({"two"}), Outcome::Kind::retry) == 1);
    reader.command("MODE #test +v bot");
    REQUIRE(bridge.run_until_ready());
    REQUIRE(bridge.insist({"two"}));
    REQUIRE(reader.wait_for(2));
    CHECK(reader.texts() == Texts{title("one"), title("two")});
}

TEST_CASE("a channel that needs an invitation is waited for") {
    const Ngircd server;
    IrcReader reader(server.port(), "#test");
    reader.command("MODE #test +i");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.timings.barred_least = 200ms;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.run_until([&] { return bridge.hindrance().starts_with("473"); }));
    reader.command("MODE #test -i");
    CHECK(bridge.insist({"one"}));
    CHECK(reader.wait_for(1));
}

TEST_CASE("a nick that somebody has is left to them until they go") {
    const Ngircd server;
    auto other = std::make_unique<IrcReader>(server.port(), "#other", IrcReader::Options{.nick = "bot"});
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.timings.regain_nick = 200ms;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"one"}));
    REQUIRE(reader.wait_for(1));
    CHECK(reader.lines()[0].nick == "bot_");
    other.reset();
    REQUIRE(bridge.run_until([&] {
        bridge.insist({"again"});
        return reader.lines().back().nick == "bot";
    }));
}

TEST_CASE("a server that slows us down confirms late, and nothing is sent twice") {
    const Ngircd server({.max_penalty_time = -1});
    const IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto outcomes = bridge.deliver(numbered(12));
    CHECK(count(outcomes, Outcome::Kind::delivered) == 12);
    REQUIRE(reader.wait_for(12));
    CHECK(reader.texts().size() == 12);
}
