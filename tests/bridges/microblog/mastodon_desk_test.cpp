#include "bridges/microblog/mastodon_desk.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/bridges/microblog/account.h"
#include "tests/support/http_script.h"
#include "tests/support/snac.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::run_until_done;

struct Office {
    explicit Office(const std::string& url, const std::string& token = {}) {
        auto settings = testing::settings_for(url, token);
        settings.timeout = 10s;
        settings.token_file = folder / "token";
        desk = std::make_unique<MastodonDesk>(context.get_executor(), settings);
    }
    OnlineReport inspect() { return run_until_done(context, desk->inspect(std::chrono::steady_clock::now() + 20s)); }
    Result<LoginRequest> begin() {
        return run_until_done(context, desk->begin_login(std::chrono::steady_clock::now() + 20s));
    }
    Result<StoredSecrets> finish(const std::string& code) {
        return run_until_done(context, desk->finish_login(code, std::chrono::steady_clock::now() + 20s));
    }

    testing::TempFolder folder;
    boost::asio::io_context context;
    std::unique_ptr<MastodonDesk> desk;
};

std::string lines(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& line : all) text += line + "\n";
    return text;
}

bool holds(const std::vector<std::string>& all, const std::string& text) {
    return lines(all).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a login asks for no more than the bot needs, and turns the code into a token") {
    HttpScript server;
    Office office(server.url());
    const auto request = office.begin();
    REQUIRE(request);
    CHECK(request->url == server.url() +
                              "/oauth/authorize?client_id=the-client&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob&"
                              "response_type=code&scope=read%3Aaccounts%20read%3Astatuses%20write%3Astatuses");
    CHECK(request->url.find("the-secret") == std::string::npos);
    CHECK(request->keep.empty());
    const auto secrets = office.finish("good-code");
    REQUIRE(secrets);
    REQUIRE(secrets->size() == 1);
    CHECK(secrets->front().file == office.folder / "token");
    CHECK(secrets->front().text == server.token());
    CHECK(server.complaints().empty());
}

TEST_CASE("a wrong code is told in the server's words, and may be given again") {
    HttpScript server;
    Office office(server.url());
    REQUIRE(office.begin());
    const auto refused = office.finish("goood-code");
    REQUIRE_FALSE(refused);
    CHECK(describe(refused.problems()).find("authorization grant is invalid") != std::string::npos);
    CHECK(office.finish("good-code"));
}

TEST_CASE("a server that is none, or is away, lets nobody begin to log in") {
    HttpScript server;
    HttpScript::Step page;
    page.body = "<html>parked</html>";
    server.answer("/api/v1/apps", page);
    const auto parked = Office(server.url()).begin();
    REQUIRE_FALSE(parked);
    CHECK(describe(parked.problems()).find("does not register") != std::string::npos);
    server.go_down();
    const auto away = Office(server.url()).begin();
    REQUIRE_FALSE(away);
    CHECK(describe(away.problems()).find(server.url()) != std::string::npos);
}

TEST_CASE("a token that would break a header or a file is none") {
    HttpScript server;
    Office office(server.url());
    REQUIRE(office.begin());
    HttpScript::Step hostile;
    hostile.body = R"({"access_token":"a\r\nX-Injected: 1"})";
    server.answer("/oauth/token", hostile);
    const auto refused = office.finish("good-code");
    REQUIRE_FALSE(refused);
    CHECK(describe(refused.problems()).find("Injected") == std::string::npos);
}

TEST_CASE("without a file for it no token is asked for") {
    HttpScript server;
    boost::asio::io_context context;
    MastodonDesk desk(context.get_executor(), testing::settings_for(server.url(), ""));
    const auto request = run_until_done(context, desk.begin_login(std::chrono::steady_clock::now() + 20s));
    REQUIRE_FALSE(request);
    CHECK(describe(request.problems()).find("token_file") != std::string::npos);
    CHECK(server.requests().empty());
}

TEST_CASE("a look at the server finds software, limits, keys and account") {
    HttpScript::Settings settings;
    settings.characters = 1000;
    settings.scopes = {"read", "write:statuses"};
    HttpScript server(settings);
    const auto report = Office(server.url(), server.token()).inspect();
    CHECK(lines(report.facts) == "server: " + server.url() +
                                     ", mastodon 4.3.1\nlimits: 1000 characters, an address counts 23\n"
                                     "idempotency keys: honoured\naccount: @bus, marked as a bot\n");
    CHECK(report.advice.empty());
    CHECK(report.failures.empty());
    CHECK(server.posts() == 0);
    CHECK(server.complaints().empty());
}

TEST_CASE("an account that is not marked as a bot is advised, a token that may not post has failed") {
    HttpScript::Settings settings;
    settings.is_bot = false;
    settings.scopes = {"read:accounts", "read:statuses"};
    settings.software = "GoToSocial";
    HttpScript server(settings);
    const auto report = Office(server.url(), server.token()).inspect();
    CHECK(holds(report.advice, "as a bot"));
    CHECK(holds(report.facts, "not known there"));
    REQUIRE(report.failures.size() == 1);
    CHECK(holds(report.failures, "write:statuses"));
}

TEST_CASE("what keeps posts from arriving is a failure, each in its words") {
    HttpScript server;
    CHECK(holds(Office(server.url()).inspect().failures, "no access token yet"));
    const auto wrong = Office(server.url(), "wrong").inspect();
    CHECK(holds(wrong.failures, "401"));
    CHECK(holds(wrong.facts, "limits:"));
    CHECK_FALSE(holds(wrong.failures, "wrong\n"));
    server.go_down();
    const auto away = Office(server.url(), server.token()).inspect();
    CHECK(holds(away.failures, server.url()));
    CHECK(away.facts.empty());
}

TEST_CASE("nodeinfo that leads to another server is not followed") {
    HttpScript server, other;
    HttpScript::Step index;
    index.body = R"({"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":")" + other.url() +
                 R"(/nodeinfo/2.0"}]})";
    server.answer("/.well-known/nodeinfo", index);
    const auto report = Office(server.url(), server.token()).inspect();
    CHECK(report.failures.empty());
    CHECK(holds(report.facts, "server: " + server.url() + "\n"));
    CHECK(other.requests().empty());
}

TEST_CASE("a real server lets the bot log in by its page, and is looked at") {
    const testing::Snac snac;
    Office office(snac.url());
    const auto request = office.begin();
    REQUIRE(request);
    const auto secrets = office.finish(snac.allow(request->url));
    REQUIRE(secrets);
    const auto report = Office(snac.url(), secrets->front().text).inspect();
    CHECK(report.failures.empty());
    CHECK(holds(report.facts, ", snac 2."));
    CHECK(holds(report.facts, "account: @bus"));
}

}  // namespace fedmsgbot
