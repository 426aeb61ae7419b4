#include "bridges/irc/irc_desk.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/running_bridge.h"
#include "tests/http/asking.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

OnlineReport inspect(const IrcSettings& settings, std::chrono::milliseconds most = 20s) {
    boost::asio::io_context loop;
    IrcDesk desk(loop.get_executor(), settings);
    return run_until_done(loop, desk.inspect(std::chrono::steady_clock::now() + most));
}

std::string only(const std::vector<std::string>& lines) {
    REQUIRE(lines.size() == 1);
    return lines.front();
}

}  // namespace

TEST_CASE("a look at a real network registers under another nick and leaves") {
    Ngircd::Options options;
    options.tls = true;
    const Ngircd server(options);
    const IrcReader reader(server.port(), "#test");
    auto settings = quick_settings(server.tls_port());
    settings.server = "localhost";
    settings.tls = true;
    settings.ca_file = server.ca_file();
    const auto report = inspect(settings);
    CHECK(report.failures.empty());
    const auto fact = only(report.facts);
    CHECK(fact.starts_with("server: localhost port "));
    CHECK(fact.find("TLSv1.3, lets us in as bot-ck") != std::string::npos);
    CHECK(reader.lines().empty());
    // It has left: the next one gets the same nick.
    CHECK(only(inspect(settings).facts).ends_with("bot-ck"));
}

TEST_CASE("a certificate that is not trusted, a password that is missing and a server that is away are failures") {
    Ngircd::Options options;
    options.tls = true;
    options.password = "let-me-in";
    Ngircd server(options);
    auto settings = quick_settings(server.tls_port());
    settings.server = "localhost";
    settings.tls = true;
    CHECK(only(inspect(settings).failures).find("certificate") != std::string::npos);
    settings.ca_file = server.ca_file();
    CHECK_FALSE(only(inspect(settings).failures).empty());
    settings.password = "let-me-in";
    CHECK(inspect(settings).failures.empty());
    server.stop();
    CHECK(only(inspect(settings).failures).starts_with("localhost port "));
}

TEST_CASE("one server of a network that lets us in is enough, and those that do not are told") {
    const Ngircd server;
    auto settings = quick_settings(free_port());
    settings.alternate_servers = {{"127.0.0.1", server.port()}};
    const auto report = inspect(settings);
    CHECK(report.failures.empty());
    CHECK(only(report.facts).starts_with("server: 127.0.0.1 port " + std::to_string(server.port()) + ", plain"));
    CHECK(only(report.advice).find("port " + std::to_string(settings.port)) != std::string::npos);
}
