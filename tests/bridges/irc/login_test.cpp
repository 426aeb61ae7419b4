// The bridge logging in: SASL to a server of the tests' own (Debian has none without services), the client certificate
// to OpenSSL's.
#include <catch2/catch.hpp>

#include "tests/bridges/irc/running_bridge.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/sasl_ircd.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Client = ScriptedIrcd::Client;

namespace {

boost::asio::awaitable<void> demand_login(Client& client) {
    SaslAccount account{"user", "p=n,cil"};
    co_await welcome_with_sasl(client, std::move(account));
    co_await client.serve();
}

IrcSettings login_settings(std::uint16_t port, SaslMethod method, std::string password) {
    auto settings = quick_settings(port);
    settings.sasl = method;
    settings.account = "user";
    settings.account_password = std::move(password);
    return settings;
}

}  // namespace

TEST_CASE("the bot logs in by SASL and delivers") {
    const auto method = GENERATE(SaslMethod::plain, SaslMethod::scram_sha_256);
    boost::asio::io_context loop;
    ScriptedIrcd server(loop, demand_login);
    RunningBridge bridge(loop, login_settings(server.port(), method, "p=n,cil"));
    CHECK(count(bridge.deliver({"one"}), Outcome::Kind::delivered) == 1);
    CHECK(server.connections() == 1);
    CHECK(server.heard_count("CAP REQ :sasl") == 1);
}

TEST_CASE("a wrong password of the account is told, and not tried again at once") {
    const auto method = GENERATE(SaslMethod::plain, SaslMethod::scram_sha_256);
    boost::asio::io_context loop;
    ScriptedIrcd server(loop, demand_login);
    RunningBridge bridge(loop, login_settings(server.port(), method, "another"));
    CHECK(bridge.run_until([&] { return bridge.hindrance() == "SASL: SASL authentication failed"; }));
    bridge.run_until([] { return false; }, 300ms);
    CHECK(server.connections() == 1);
}

TEST_CASE("a server that demands a client certificate is shown ours") {
    const TempFolder folder;
    const auto made = make_certificates(folder.path(), "localhost");
    const auto port = free_port();
    Process server({"openssl", "s_server", "-quiet", "-rev", "-accept", std::to_string(port), "-cert", made.certificate,
                    "-key", made.key, "-CAfile", made.authority, "-Verify", "2", "-verify_return_error"});
    REQUIRE(eventually([&] { return accepts_connections(port); }));
    for (const bool has_certificate : {true, false}) {
        auto settings = quick_settings(port);
        settings.server = "localhost";
        settings.tls = true;
        settings.ca_file = made.authority;
        settings.timings.registration = 500ms;
        if (has_certificate) {
            settings.cert_file = made.certificate;
            settings.key_file = made.key;
        }
        boost::asio::io_context loop;
        RunningBridge bridge(loop, settings);
        const auto told = [&] { return bridge.hindrance(); };
        REQUIRE(bridge.run_until([&] { return told() != "not connected yet" && told() != "not in the channel yet"; }));
        INFO(told());
        CHECK((told() == "the server did not welcome us in time") == has_certificate);
    }
    server.signal(SIGKILL);
    server.wait();
}

TEST_CASE("a certificate that does not fit its key is told, with both names") {
    const TempFolder folder;
    const auto made = make_certificates(folder.path(), "localhost");
    auto settings = quick_settings(1);
    settings.tls = true;
    settings.cert_file = made.certificate;
    settings.key_file = made.authority.parent_path() / "authority.key";
    boost::asio::io_context loop;
    RunningBridge bridge(loop, settings);
    CHECK(bridge.run_until([&] { return bridge.hindrance().starts_with("cannot use the certificate "); }));
}
