// `login` and `check --online` for the kinds that speak OAuth 1.0a.
#include "bridges/microblog/oauth1_login.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "bridges/microblog/pumpio_desk.h"
#include "bridges/microblog/statusnet_desk.h"
#include "tests/http/asking.h"
#include "tests/support/http_script.h"
#include "tests/support/pumpio_script.h"
#include "tests/support/statusnet_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::PumpioScript;
using testing::StatusnetScript;

// Nothing is written to it: a desk only asks whether somebody could.
const std::filesystem::path keys_file = std::filesystem::temp_directory_path() / "fedmsgbot-keys.json";

Desk::Deadline soon() { return std::chrono::steady_clock::now() + 20s; }

std::string token_in(const std::string& url) { return url.substr(url.find("oauth_token=") + 12); }

StatusnetSettings statusnet_settings(const HttpScript& server) {
    StatusnetSettings settings;
    settings.url = server.url() + "/api";
    settings.style.most_characters = 1000;
    settings.credentials_file = keys_file;
    return settings;
}

PumpioSettings pumpio_settings(const HttpScript& server) {
    PumpioSettings settings;
    settings.url = server.url();
    settings.user = "bus";
    settings.credentials_file = keys_file;
    return settings;
}

}  // namespace

TEST_CASE("a login to GNU social is the anonymous program's, and its code is asked for until it is right") {
    StatusnetScript::Settings script_settings;
    script_settings.secrets = {{{"anonymous", "anonymous"}}, {}};
    auto account = std::make_unique<StatusnetScript>(script_settings);
    auto& script = *account;
    HttpScript server(std::move(account));
    boost::asio::io_context context;
    StatusnetDesk desk(context.get_executor(), statusnet_settings(server));
    const auto request = testing::run_until_done(context, desk.begin_login(soon()));
    REQUIRE(request);
    CHECK(request->url.starts_with(server.url() + "/api/oauth/authorize?oauth_token=request-"));
    CHECK(request->keep.empty());

    const auto too_early = testing::run_until_done(context, desk.finish_login("0", soon()));
    REQUIRE_FALSE(too_early);
    CHECK(too_early.problems().at(0).text.find("wrong verifier") != std::string::npos);
    std::string code;
    server.while_still([&] { code = script.desk->authorize(token_in(request->url)); });
    CHECK_FALSE(testing::run_until_done(context, desk.finish_login(code + "x", soon())));
    const auto secrets = testing::run_until_done(context, desk.finish_login(code, soon()));
    REQUIRE(secrets);
    REQUIRE(secrets->size() == 1);
    CHECK(secrets->at(0).file == keys_file);

    auto settings = statusnet_settings(server);
    settings.keys = parse_oauth_keys(secrets->at(0).text).value();
    CHECK(settings.keys.token.starts_with("access-"));
    CHECK(settings.keys.token_secret.starts_with("secret+of/"));
    const auto report =
        testing::run_until_done(context, StatusnetDesk(context.get_executor(), settings).inspect(soon()));
    CHECK(report.failures.empty());
    CHECK(report.facts.at(0).find("bus") != std::string::npos);
    CHECK(report.facts.at(1).find("999 code points") != std::string::npos);
    CHECK(server.complaints().empty());
}

TEST_CASE("a program that is registered with pump.io is registered once, and its keys are kept before anything else") {
    auto account = std::make_unique<PumpioScript>();
    auto& script = *account;
    HttpScript server(std::move(account));
    boost::asio::io_context context;
    PumpioDesk first(context.get_executor(), pumpio_settings(server));
    auto request = testing::run_until_done(context, first.begin_login(soon()));
    REQUIRE(request);
    REQUIRE(request->keep.size() == 1);
    auto settings = pumpio_settings(server);
    settings.keys = parse_oauth_keys(request->keep[0].text).value();
    CHECK(settings.keys.consumer_key == "client-1");
    CHECK(settings.keys.token.empty());

    // Another run of the program, which finds them in the file.
    PumpioDesk second(context.get_executor(), settings);
    request = testing::run_until_done(context, second.begin_login(soon()));
    REQUIRE(request);
    CHECK(request->keep.empty());
    CHECK(request->url.starts_with(server.url() + "/oauth/authorize?oauth_token="));
    std::string code;
    server.while_still([&] { code = script.desk.authorize(token_in(request->url)); });
    const auto secrets = testing::run_until_done(context, second.finish_login(code, soon()));
    REQUIRE(secrets);
    settings.keys = parse_oauth_keys(secrets->at(0).text).value();
    const auto report = testing::run_until_done(context, PumpioDesk(context.get_executor(), settings).inspect(soon()));
    CHECK(report.failures.empty());
    CHECK(report.facts.at(0).find("acct:bus@pump.example") != std::string::npos);
    std::size_t registrations = 0;
    server.while_still([&] { registrations = script.registrations; });
    CHECK(registrations == 1);
    CHECK(server.complaints().empty());
}

TEST_CASE("another account's login, and none at all, do not pass for one that can post") {
    auto account = std::make_unique<PumpioScript>(testing::OauthSecrets{{{"bot", "s"}}, {{"theirs", "t"}}});
    account->strangers = {"theirs"};
    HttpScript server(std::move(account));
    boost::asio::io_context context;
    auto settings = pumpio_settings(server);
    settings.keys = {"bot", "s", "theirs", "t"};
    const auto theirs = testing::run_until_done(context, PumpioDesk(context.get_executor(), settings).inspect(soon()));
    REQUIRE(theirs.failures.size() == 1);
    CHECK(theirs.failures[0].find("HTTP 401: Not authorized") != std::string::npos);

    settings.keys = {"bot", "s", "", ""};
    const auto none = testing::run_until_done(context, PumpioDesk(context.get_executor(), settings).inspect(soon()));
    REQUIRE(none.failures.size() == 1);
    CHECK(none.failures[0].find("no access token yet: `fedmsgbot login`") != std::string::npos);
}

TEST_CASE("a login that cannot be says why") {
    HttpScript server(std::make_unique<PumpioScript>());
    boost::asio::io_context context;
    auto settings = pumpio_settings(server);
    settings.keys = {"unknown", "client", "", ""};
    PumpioDesk refused(context.get_executor(), settings);
    const auto why = testing::run_until_done(context, refused.begin_login(soon()));
    REQUIRE_FALSE(why);
    CHECK(why.problems().at(0).text.find("/oauth/request_token: HTTP 401") != std::string::npos);
    settings.keys.token = settings.keys.token_secret = "none";
    const auto report = testing::run_until_done(context, PumpioDesk(context.get_executor(), settings).inspect(soon()));
    REQUIRE(report.failures.size() == 1);
    CHECK(report.failures[0].find("Invalid signature") != std::string::npos);

    settings.credentials_file.clear();
    PumpioDesk nowhere(context.get_executor(), settings);
    CHECK_FALSE(testing::run_until_done(context, nowhere.begin_login(soon())));
    server.go_down();
    settings = pumpio_settings(server);
    PumpioDesk unreachable(context.get_executor(), settings);
    CHECK_FALSE(testing::run_until_done(context, unreachable.begin_login(soon())));
}

TEST_CASE("keys that could not be kept are not asked for") {
    auto account = std::make_unique<PumpioScript>();
    auto& script = *account;
    HttpScript server(std::move(account));
    boost::asio::io_context context;
    auto settings = pumpio_settings(server);
    settings.credentials_file = "/nowhere/keys.json";
    PumpioDesk desk(context.get_executor(), settings);
    const auto request = testing::run_until_done(context, desk.begin_login(soon()));
    REQUIRE_FALSE(request);
    CHECK(describe(request.problems()).find("/nowhere/keys.json: cannot be written") != std::string::npos);
    std::size_t registrations = 0;
    server.while_still([&] { registrations = script.registrations; });
    CHECK(registrations == 0);
}

TEST_CASE("a program that was registered keeps its keys, though the server gives no token then") {
    HttpScript server(std::make_unique<PumpioScript>());
    server.answer_by([](const HttpScript::Request& request) -> std::optional<HttpScript::Step> {
        if (!request.target.starts_with("/oauth/request_token")) return std::nullopt;
        HttpScript::Step failure;
        failure.status = 503;
        return failure;
    });
    boost::asio::io_context context;
    PumpioDesk desk(context.get_executor(), pumpio_settings(server));
    const auto request = testing::run_until_done(context, desk.begin_login(soon()));
    REQUIRE(request);
    REQUIRE(request->keep.size() == 1);
    CHECK(request->keep[0].text.find("client-1") != std::string::npos);
    CHECK(request->url.empty());
    CHECK(describe(request->problems).find("HTTP 503") != std::string::npos);
}

TEST_CASE("an answer with a token is read, whatever else it holds") {
    const OAuthKeys keys{"c", "cs", "old", "older"};
    const auto read = parse_token_answer("a=b&oauth_token=t%2F1&oauth_token_secret=s+x%26y&z", keys);
    CHECK_FALSE(read);  // a blank is in no token
    const auto good = parse_token_answer("a=b&oauth_token=t%2F1&oauth_token_secret=s%26y&z\r\n", keys);
    REQUIRE(good);
    CHECK(good->consumer_key == "c");
    CHECK(good->token == "t/1");
    CHECK(good->token_secret == "s&y");
    for (const char* text :
         {"", "oauth_token=t", "oauth_token_secret=s", "oauth_token=&oauth_token_secret=s", "<html>"})
        CHECK_FALSE(parse_token_answer(text, keys));
}

}  // namespace fedmsgbot
