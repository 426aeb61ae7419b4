// How the bridge reaches a network: which server, from where, with or without TLS, with which keys.
#include <catch2/catch.hpp>

#include "tests/bridges/irc/running_bridge.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/scripted_ircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Client = ScriptedIrcd::Client;

namespace {

boost::asio::awaitable<void> behave(Client& client) {
    co_await client.welcome();
    co_await client.serve();
}

// Tells who comes in clear to come by TLS.
ScriptedIrcd::Script demand_tls(std::uint16_t port) {
    return [port](Client& client) -> boost::asio::awaitable<void> {
        co_await client.meet();
        co_await client.send(":irc.example CAP * LS :sts=port=" + std::to_string(port) + ",duration=1000");
        co_await client.be_silent();
    };
}

std::int64_t in_an_hour() {
    return std::chrono::duration_cast<std::chrono::seconds>((std::chrono::system_clock::now() + 1h).time_since_epoch())
        .count();
}

}  // namespace

TEST_CASE("a server that is down is followed by the next at once, and comes to its turn again") {
    boost::asio::io_context loop;
    ScriptedIrcd refusing(loop, [](Client& client) -> boost::asio::awaitable<void> {
        co_await client.meet();
        co_await client.send("ERROR :Closing Link: (K-Lined)");
    });
    ScriptedIrcd good(loop, behave);
    auto settings = quick_settings(free_port());
    settings.alternate_servers = {{"127.0.0.1", refusing.port()}, {"127.0.0.1", good.port()}};
    RunningBridge bridge(loop, settings);
    CHECK(count(bridge.deliver({"one"}), Outcome::Kind::delivered) == 1);
    CHECK(refusing.connections() == 1);
}

TEST_CASE("when all servers refuse us, each is tried once and then slowly") {
    boost::asio::io_context loop;
    const auto refuse = [](Client& client) -> boost::asio::awaitable<void> {
        co_await client.meet();
        co_await client.send("ERROR :Closing Link: (K-Lined)");
    };
    ScriptedIrcd one(loop, refuse), two(loop, refuse);
    auto settings = quick_settings(one.port());
    settings.alternate_servers = {{"127.0.0.1", two.port()}};
    RunningBridge bridge(loop, settings);
    CHECK(bridge.run_until([&] { return two.connections() == 1; }));
    bridge.run_until([] { return false; }, 300ms);
    CHECK(one.connections() == 1);
    CHECK(two.connections() == 1);
}

TEST_CASE("the bot connects from the address that the operator chose") {
    boost::asio::io_context loop;
    std::string from;
    ScriptedIrcd server(loop, [&](Client& client) -> boost::asio::awaitable<void> {
        from = client.address();
        co_await client.welcome();
        co_await client.serve();
    });
    auto settings = quick_settings(server.port());
    settings.bind = "127.0.0.2";
    RunningBridge bridge(loop, settings);
    CHECK(bridge.run_until_ready());
    CHECK(from == "127.0.0.2");
}

TEST_CASE("an address to connect from that is not ours, or of the other kind, is told") {
    const auto address = GENERATE(std::string("192.0.2.1"), std::string("::1"));
    boost::asio::io_context loop;
    ScriptedIrcd server(loop, behave);
    auto settings = quick_settings(server.port());
    settings.bind = address;
    RunningBridge bridge(loop, settings);
    CHECK(bridge.run_until([&] { return bridge.hindrance().find(address) != std::string::npos; }));
    CHECK(server.connections() == 0);
}

TEST_CASE("a server with IPv6 alone is reached") {
    std::optional<Ngircd> server;
    try {
        server.emplace(Ngircd::Options{.listen = "::1"});
    } catch (const std::runtime_error&) {
        WARN("this machine has no IPv6: not tested");
        return;
    }
    boost::asio::io_context loop;
    auto settings = quick_settings(server->port());
    settings.server = "::1";
    RunningBridge bridge(loop, settings);
    CHECK(count(bridge.deliver({"one"}), Outcome::Kind::delivered) == 1);
}

TEST_CASE("a channel with a key is entered with it, and refuses us without") {
    const Ngircd server({.channel_key = "swordfish"});
    for (const bool has_key : {true, false}) {
        boost::asio::io_context loop;
        auto settings = quick_settings(server.port());
        if (has_key) settings.channel_keys = {{"#LOCKED", "swordfish"}};
        RunningBridge bridge(loop, settings, {"#locked"});
        if (has_key)
            CHECK(bridge.run_until_ready("#locked"));
        else
            CHECK(bridge.run_until([&] { return bridge.hindrance("#locked").starts_with("475 "); }));
    }
}

TEST_CASE("a server that demands TLS gets it, and hears nothing else in clear") {
    const Ngircd secure({.tls = true});
    const IrcReader reader(secure.port(), "#test");
    boost::asio::io_context loop;
    ScriptedIrcd clear(loop, demand_tls(secure.tls_port()));
    auto settings = quick_settings(clear.port());
    settings.server = "localhost";
    settings.ca_file = secure.ca_file();
    settings.tls_verify = false;  // STS demands it all the same
    RunningBridge bridge(loop, settings);
    CHECK(bridge.insist({"one"}));
    CHECK(reader.wait_for(1));
    CHECK(clear.connections() == 1);
    CHECK(clear.heard_count("JOIN") == 0);
}

TEST_CASE("a server that demanded TLS before the restart is not spoken to in clear again") {
    const Ngircd secure({.tls = true});
    const TempFolder folder;
    write_file(folder / "net.sts",
               "localhost " + std::to_string(secure.tls_port()) + " " + std::to_string(in_an_hour()) + "\n");
    boost::asio::io_context loop;
    ScriptedIrcd clear(loop, behave);
    auto settings = quick_settings(clear.port());
    settings.server = "localhost";
    settings.ca_file = secure.ca_file();
    RunningBridge bridge(loop, settings, {"#test"}, folder.path());
    CHECK(bridge.run_until_ready());
    CHECK(clear.connections() == 0);
}
