// The bridge against a server that does on demand what real ones do only at bad times.
#include "bridges/irc/irc_bridge.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/running_bridge.h"
#include "tests/support/scripted_ircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using Client = ScriptedIrcd::Client;
using Texts = std::vector<std::string>;

namespace {

// A server that behaves.
asio::awaitable<void> behave(Client& client) {
    co_await client.welcome();
    co_await client.serve();
}

std::string title(const std::string& text) { return "git.receive -- " + text; }

}  // namespace

TEST_CASE("a line is delivered when the server answered the PING behind it, and not before") {
    asio::io_context loop;
    bool may_answer = false;
    ScriptedIrcd server(loop, [&](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        while (true) {
            const auto ping = co_await client.serve("PING ");
            if (ping.empty()) co_return;
            asio::steady_timer timer(loop);
            while (!may_answer) {
                timer.expires_after(1ms);
                co_await timer.async_wait(asio::use_awaitable);
            }
            co_await client.send(":irc.example PONG irc.example " + ping.substr(5));
        }
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto answer = bridge.start({"one", "two"});
    REQUIRE(bridge.run_until([&] { return server.said().size() == 2; }));
    bridge.run_until([] { return false; }, 50ms);
    CHECK(answer->empty());
    may_answer = true;
    REQUIRE(bridge.run_until([&] { return !answer->empty(); }));
    CHECK(count(*answer, Outcome::Kind::delivered) == 2);
    CHECK(server.said() == Texts{title("one"), title("two")});
    CHECK(server.heard_count("PING ") == 1);
}

TEST_CASE("lines that were sent but not confirmed when the link broke are to be sent again at once") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        if (client.number() == 1)
            co_await client.serve("PING ");  // has read the lines, and dies
        else
            co_await client.serve();
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto first = bridge.deliver({"one", "two"});
    REQUIRE(first.size() == 2);
    CHECK(count(first, Outcome::Kind::retry) == 2);
    CHECK(first[0].after() == 0ms);
    const auto second = bridge.deliver({"one", "two"});
    CHECK(count(second, Outcome::Kind::delivered) == 2);
    CHECK(server.said() == Texts{title("one"), title("two"), title("one"), title("two")});
}

TEST_CASE("of a large batch only the unconfirmed tail is to be sent again") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        const auto ping = co_await client.serve("PING ");
        co_await client.send(":irc.example PONG irc.example " + ping.substr(5));
        co_await client.serve("PING ");
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto outcomes = bridge.deliver(Texts(64, "text"));
    REQUIRE(outcomes.size() == 64);
    const auto delivered = count(outcomes, Outcome::Kind::delivered);
    CHECK(delivered == 16);
    for (std::size_t i = 0; i < delivered; ++i) CHECK(outcomes[i].kind() == Outcome::Kind::delivered);
}

TEST_CASE("a half-open link is noticed and its lines are sent again on the next") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        if (client.number() == 1) {
            co_await client.serve("NOTICE ");
            co_await client.be_silent();
        } else {
            co_await client.serve();
        }
    });
    auto settings = quick_settings(server.port());
    settings.timings.silence_limit = 300ms;
    RunningBridge bridge(loop, settings);
    CHECK(bridge.insist({"one"}));
    CHECK(server.connections() == 2);
    CHECK(server.said() == Texts{title("one"), title("one")});
}

TEST_CASE("hostile lines neither end nor stall the connection") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.send_bytes("\r\n\n\r\n");
        co_await client.welcome();
        std::string bytes = "NICK foo\r\n\r\n\n:\r\n@\r\n:x\r\n";
        bytes += std::string("a\0b\0\r\n", 6);
        bytes += std::string(2000, 'x') + "\r\n" + std::string(1 << 20, 'y') + "\r\n";
        bytes += ":bot2!u@h NICK :bot3\r\n:s 005 bot";
        for (int i = 0; i < 60; ++i) bytes += " TOKEN" + std::to_string(i) + "=1";
        bytes += " :are supported\r\n:s 353 bot = #test :\r\n\xff\xfe\xfd\r\n@tag=x PING :answer me\r\n";
        co_await client.send_bytes(bytes);
        co_await client.serve();
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    CHECK(count(bridge.deliver({"one"}), Outcome::Kind::delivered) == 1);
    CHECK(server.connections() == 1);
    CHECK(server.heard_count("PONG :answer me") == 1);
}

TEST_CASE("complaint: kicked and never back (matterbridge #146). The bot comes back, and the posts wait for it") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        for (int kick = 0; kick < 2; ++kick) {
            co_await client.serve("NOTICE ");
            co_await client.send(":op!o@h KICK #test " + client.nick() + " :out");
        }
        co_await client.serve();
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto first = bridge.deliver({"one"});
    REQUIRE(count(first, Outcome::Kind::retry) == 1);
    CHECK(first[0].why() == "kicked by op: out");
    CHECK(bridge.insist({"one"}));
    CHECK(server.connections() == 1);
    CHECK(server.heard_count("JOIN #test") == 3);
}

TEST_CASE("a nick in use is replaced by an alternate and asked for again later") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.read_until("NICK bot");
        co_await client.send(":irc.example 433 * bot :Nickname is already in use");
        co_await client.read_until("NICK second");
        co_await client.send(":irc.example 001 second :Welcome");
        co_await client.read_until("ISON bot");
        co_await client.send(":irc.example 303 second :");
        const auto regain = co_await client.read_until("NICK ");
        co_await client.send(":second!u@h NICK " + regain.substr(5));
        co_await client.read();
    });
    auto settings = quick_settings(server.port());
    settings.alternates = {"second"};
    settings.timings.regain_nick = 50ms;
    RunningBridge bridge(loop, settings, {});
    CHECK(bridge.run_until([&] { return server.heard_count("NICK bot") == 2; }));
    CHECK(server.heard_count("NICK second") == 1);
    CHECK(server.connections() == 1);
}

TEST_CASE("a server that throttles connections is approached ever more slowly, and succeeds in the end") {
    asio::io_context loop;
    std::vector<std::chrono::steady_clock::time_point> times;
    ScriptedIrcd server(loop, [&](Client& client) -> asio::awaitable<void> {
        times.push_back(std::chrono::steady_clock::now());
        if (client.number() <= 5)
            co_await client.send("ERROR :Trying to reconnect too fast");
        else
            co_await behave(client);
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    REQUIRE(bridge.insist({"one"}));
    REQUIRE(times.size() == 6);
    CHECK(times[1] - times[0] >= 15ms);
    CHECK(times[5] - times[4] >= 150ms);
    CHECK(times[5] - times[4] < 2s);
}

TEST_CASE("a connection that was welcomed but did not live long does not make the next one quick") {
    asio::io_context loop;
    std::vector<std::chrono::steady_clock::time_point> times;
    ScriptedIrcd server(loop, [&](Client& client) -> asio::awaitable<void> {
        times.push_back(std::chrono::steady_clock::now());
        co_await client.welcome();
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    REQUIRE(bridge.run_until([&] { return times.size() == 6; }));
    CHECK(times[5] - times[4] >= 150ms);
}

TEST_CASE("a wrong password is retried slowly and told") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.read_until("USER ");
        co_await client.send(":irc.example 464 * :Password incorrect");
        co_await client.read();
    });
    auto settings = quick_settings(server.port());
    settings.password = "wrong";
    settings.timings.wait_for_channel = 300ms;
    RunningBridge bridge(loop, settings);
    const auto outcomes = bridge.deliver({"one"});
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind() == Outcome::Kind::retry);
    CHECK(outcomes[0].why() == "the server refuses the password");
    CHECK(server.connections() == 1);
    CHECK(server.heard_count("PASS wrong") == 1);
}

TEST_CASE("a channel that bans us keeps its posts and says why; another channel is served") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        while (!(co_await client.serve("JOIN #banned")).empty())
            co_await client.send(":irc.example 474 " + client.nick() + " #banned :Cannot join channel (+b)");
    });
    RunningBridge bridge(loop, quick_settings(server.port()), {"#banned", "#test"});
    const auto outcomes = bridge.deliver({"one"}, "#banned");
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind() == Outcome::Kind::retry);
    CHECK(outcomes[0].why() == "#banned: 474 Cannot join channel (+b)");
    CHECK(outcomes[0].after().value() > 50s);
    CHECK(bridge.hindrance("#banned") == "474 Cannot join channel (+b)");
    CHECK(count(bridge.deliver({"two"}), Outcome::Kind::delivered) == 1);
}

TEST_CASE("a line that the channel refuses is not delivered") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        co_await client.serve("NOTICE ");
        co_await client.send(":irc.example 404 " + client.nick() + " #test :Cannot send to channel");
        co_await client.serve();
    });
    auto settings = quick_settings(server.port());
    settings.timings.barred_least = 200ms;
    RunningBridge bridge(loop, settings);
    const auto outcomes = bridge.deliver({"one"});
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind() == Outcome::Kind::retry);
    CHECK(outcomes[0].why() == "404 Cannot send to channel");
    CHECK(bridge.insist({"one"}));
}

TEST_CASE("delivery waits for the channel, but not for ever") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        co_await client.be_silent();
    });
    auto settings = quick_settings(server.port());
    settings.timings.wait_for_channel = 200ms;
    RunningBridge bridge(loop, settings);
    const auto outcomes = bridge.deliver({"one", "two"});
    REQUIRE(outcomes.size() == 2);
    CHECK(count(outcomes, Outcome::Kind::retry) == 2);
    CHECK(outcomes[1].after() == 0ms);
    CHECK(server.said().empty());
}

TEST_CASE("a channel that no route named is joined when a post is for it; what is no channel is refused") {
    asio::io_context loop;
    ScriptedIrcd server(loop, behave);
    RunningBridge bridge(loop, quick_settings(server.port()), {});
    REQUIRE(bridge.run_until([&] { return server.heard_count("USER ") == 1; }));
    CHECK(bridge.insist({"one"}, "#late"));
    CHECK(count(bridge.deliver({"one"}, "somebody"), Outcome::Kind::rejected) == 1);
}

TEST_CASE("deliveries to many channels overlap") {
    asio::io_context loop;
    ScriptedIrcd server(loop, behave);
    Texts channels;
    for (int i = 0; i < 20; ++i) channels.push_back("#c" + std::to_string(i));
    RunningBridge bridge(loop, quick_settings(server.port()), channels);
    std::vector<RunningBridge::Answer> answers;
    for (const auto& channel : channels) answers.push_back(bridge.start(Texts(10, "text"), channel));
    CHECK(bridge.run_until([&] {
        return std::all_of(answers.begin(), answers.end(),
                           [](const auto& answer) { return count(*answer, Outcome::Kind::delivered) == 10; });
    }));
    CHECK(server.said().size() == 200);
}

TEST_CASE("stopped, the bot says good-bye, and what is not certain is to be sent again") {
    asio::io_context loop;
    ScriptedIrcd server(loop, [](Client& client) -> asio::awaitable<void> {
        co_await client.welcome();
        co_await client.serve("PING ");
        co_await client.read_until("QUIT ");
    });
    RunningBridge bridge(loop, quick_settings(server.port()));
    const auto answer = bridge.start({"one"});
    REQUIRE(bridge.run_until([&] { return server.heard_count("PING ") == 1; }));
    CHECK(bridge.stop());
    CHECK(server.heard_count("QUIT ") == 1);
    REQUIRE(bridge.run_until([&] { return !answer->empty(); }));
    CHECK(count(*answer, Outcome::Kind::retry) == 1);
}

TEST_CASE("stopping ends at once whatever the bridge waits for") {
    asio::io_context loop;
    const auto state = GENERATE(0, 1, 2);
    ScriptedIrcd server(loop, [&](Client& client) -> asio::awaitable<void> {
        if (state == 1) co_await client.be_silent();          // never welcomed
        if (state == 2) co_await client.read_until("USER ");  // closed: the bridge waits to connect again
    });
    auto settings = quick_settings(server.port());
    settings.timings.reconnect_least = settings.timings.reconnect_most = 1min;
    settings.timings.good_bye = 100ms;
    RunningBridge bridge(loop, settings);
    if (state > 0) REQUIRE(bridge.run_until([&] { return server.connections() == 1; }));
    bridge.run_until([] { return false; }, 50ms);
    const auto began = std::chrono::steady_clock::now();
    CHECK(bridge.stop());
    CHECK(std::chrono::steady_clock::now() - began < 2s);
}

TEST_CASE("long lines are charged for their continuation") {
    asio::io_context loop;
    ScriptedIrcd server(loop, behave);
    RunningBridge bridge(loop, quick_settings(server.port()));
    REQUIRE(bridge.insist({std::string(700, 'x')}));
    CHECK(server.said().size() == 2);
    for (const auto& line : server.heard()) CHECK(line.size() <= 510);
}
