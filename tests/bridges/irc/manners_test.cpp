// Colours, names and questions on real servers; an operator's account on a scripted one, since that needs services.
#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "tests/bridges/irc/running_bridge.h"
#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/scripted_ircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string colored =
    "\x03"
    "04git.receive\x0f -- ";
const std::string plain = "git.receive -- ";

}  // namespace

TEST_CASE("a channel that a real InspIRCd takes colours out of, or keeps them from, gets none from then on") {
    // +c refuses a coloured line, +S takes the colours out of it.
    const auto mode = GENERATE(std::string("c"), std::string("S"));
    const Inspircd server;
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.style.colors = true;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"one"}));
    REQUIRE(reader.wait_for(1));
    CHECK(reader.texts().back() == colored + "one");
    reader.command("MODE #test +" + mode);
    REQUIRE(bridge.insist({"two"}));
    REQUIRE(reader.wait_for(2));
    CHECK(reader.texts().back() == plain + "two");
    reader.command("MODE #test -" + mode);
    REQUIRE(bridge.insist({"three"}));
    // It may have left before the news of the mode came: then it is still plain.
    REQUIRE(reader.wait_for(3));
    REQUIRE(bridge.insist({"four"}));
    REQUIRE(reader.wait_for(4));
    CHECK(reader.texts().back() == colored + "four");
}

TEST_CASE("a channel that forbids colours before we come is learnt from its modes") {
    const Inspircd server;
    IrcReader reader(server.port(), "#test");
    reader.command("MODE #test +c");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.style.colors = true;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"one"}));
    REQUIRE(reader.wait_for(1));
    CHECK(reader.texts().back() == plain + "one");
}

TEST_CASE("people in the channel are not called by their names") {
    const Ngircd server;
    IrcReader reader(server.port(), "#test", {.nick = "ralph"});
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.command = "PRIVMSG";
    settings.breaks_nicks = true;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.insist({"ralph and lmacken pushed"}));
    REQUIRE(reader.wait_for(1));
    CHECK(reader.texts().back() == plain + "r\u200dalph and lmacken pushed");
    reader.command("NICK lmacken");
    REQUIRE(bridge.run_until([&] {
        bridge.insist({"ralph and lmacken pushed"});
        return reader.texts().back() == plain + "ralph and l\u200dmacken pushed";
    }));
}

TEST_CASE("each channel has its own form") {
    const Ngircd server;
    const IrcReader reader(server.port(), "#test");
    const IrcReader other(server.port(), "#own", {.nick = "other"});
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.style.colors = true;
    ChannelLook own = settings.look("#own");
    own.style.form = LineForm::plain;
    settings.channel_looks.emplace("#own", own);
    RunningBridge bridge(loop, settings, {"#test", "#own"});
    REQUIRE(bridge.insist({"one"}));
    REQUIRE(bridge.insist({"one"}, "#own"));
    REQUIRE(reader.wait_for(1));
    REQUIRE(other.wait_for(1));
    CHECK(reader.texts().back() == colored + "one");
    CHECK(other.texts().back() == plain + "one");
}

TEST_CASE("who asks on a real server gets the answer alone, and a bot gets none") {
    const Inspircd server;
    IrcReader reader(server.port(), "#test");
    IrcReader robot(server.port(), "#test", {.nick = "robot"});
    robot.command("MODE robot +B");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.talk.is_on = true;
    settings.talk.operators = {"reader"};
    RunningBridge bridge(loop, settings);
    bridge.inquiries().routes = [](auto, auto address) {
        return std::vector<std::string>{"builds -> " + std::string(address)};
    };
    REQUIRE(bridge.run_until_ready());
    const auto answered = [&](const IrcReader& who, const std::string& part) {
        return bridge.run_until([&] { return who.wait_for_answer(part, 0ms); });
    };
    robot.command("PRIVMSG #test :!fedmsg routes");
    reader.command("PRIVMSG #test :!fedmsg routes");
    CHECK(answered(reader, "builds -> #test"));
    reader.command("PRIVMSG bot :help");
    CHECK(answered(reader, "last PACKAGE-or-USER"));
    // A nick is no account.
    reader.command("PRIVMSG #test :!fedmsg mute 30m");
    CHECK(answered(reader, "Only operators"));
    CHECK(bridge.insist({"one"}));
    CHECK_FALSE(robot.wait_for_answer("builds", 100ms));
    CHECK(reader.texts() == std::vector<std::string>{"!fedmsg routes", plain + "one"});
}

TEST_CASE("on a real ngircd a question is answered too") {
    const Ngircd server;
    IrcReader reader(server.port(), "#test");
    boost::asio::io_context loop;
    auto settings = quick_settings(server.port());
    settings.talk.is_on = true;
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.run_until_ready());
    reader.command("PRIVMSG #test :!fedmsg help");
    CHECK(bridge.run_until([&] { return reader.wait_for_answer("last PACKAGE-or-USER", 0ms); }));
    CHECK(reader.lines().empty());
}

TEST_CASE("what an operator mutes is kept, and said when that ends") {
    boost::asio::io_context loop;
    bool may_unmute = false;
    ScriptedIrcd server(loop, [&](ScriptedIrcd::Client& client) -> boost::asio::awaitable<void> {
        co_await client.welcome();
        co_await client.serve("MODE #test");
        boost::asio::steady_timer timer(loop);
        for (const std::string word : {"mute 30m", "unmute"}) {
            while (word == "unmute" && !may_unmute) {
                timer.expires_after(20ms);
                co_await timer.async_wait(boost::asio::use_awaitable);
            }
            co_await client.send(":ralph!r@h PRIVMSG #test :!fedmsg " + word);
            co_await client.serve("WHOIS ralph");
            co_await client.send(":irc.example 330 bot ralph Ralph :is logged in as");
            co_await client.send(":irc.example 318 bot ralph :End");
            co_await client.serve("NOTICE ralph");
        }
        co_await client.serve();
    });
    auto settings = quick_settings(server.port());
    settings.talk.is_on = true;
    settings.talk.operators = {"ralph"};
    RunningBridge bridge(loop, settings);
    REQUIRE(bridge.run_until([&] { return server.heard_count("NOTICE ralph :Silent in #test for 30m") == 1; }));
    const auto kept = bridge.deliver({"one"});
    REQUIRE(count(kept, Outcome::Kind::retry) == 1);
    CHECK(kept.at(0).why().find("muted") != std::string::npos);
    may_unmute = true;
    REQUIRE(bridge.run_until([&] { return server.heard_count("NOTICE ralph :Speaking again in #test") == 1; }));
    CHECK(bridge.insist({"one"}));
    CHECK(server.heard_count("NOTICE #test") == 1);
}
