// What becomes of a bridge whose login the server refuses.
#include <catch2/catch.hpp>

#include "bot/core/log.h"
#include "bridges/microblog/poster.h"
#include "bridges/microblog/secret_file.h"
#include "tests/bridges/microblog/account.h"
#include "tests/support/http_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::Life;
using Kind = Outcome::Kind;

}  // namespace

TEST_CASE("a refused token is tried again as soon as its file has another, without a restart") {
    HttpScript server;
    testing::TempFolder folder;
    testing::write_file(folder / "token", "revoked\n");
    auto settings = testing::settings_for(server.url(), "revoked");
    settings.token_file = folder / "token";
    Life life(folder.path(), settings);
    const auto refused = life.deliver("2026-1", "text");
    CHECK(refused.kind() == Kind::retry);
    CHECK(refused.is_told());
    CHECK(refused.why().find("401") != std::string::npos);
    REQUIRE(refused.after());
    CHECK(*refused.after() <= 30s);  // else nobody would look at the file
    const auto asked = server.requests().size();
    for (int n = 0; n < 5; ++n) CHECK(life.deliver("2026-1", "text").is_told());
    CHECK(server.requests().size() == asked);  // one refusal is enough

    testing::write_file(folder / "token", server.token() + "\n");
    CHECK(life.deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(server.statuses().size() == 1);
}

TEST_CASE("a token that was replaced by one that is refused too pauses the bridge again") {
    HttpScript server;
    testing::TempFolder folder;
    testing::write_file(folder / "token", "revoked");
    auto settings = testing::settings_for(server.url(), "revoked");
    settings.token_file = folder / "token";
    Life life(folder.path(), settings);
    CHECK(life.deliver("2026-1", "text").is_told());
    testing::write_file(folder / "token", "revoked-as-well");
    CHECK(life.deliver("2026-1", "text").is_told());
    const auto asked = server.requests().size();
    CHECK(life.deliver("2026-1", "text").is_told());
    CHECK(server.requests().size() == asked);
    CHECK(server.requests().back().headers.at("authorization") == "Bearer revoked-as-well");
}

TEST_CASE("limits that were hidden from a refused token are asked for with the next one") {
    HttpScript server;
    HttpScript::Step hidden;
    hidden.status = 401;
    for (const char* path : {"/api/v1/instance", "/api/v2/instance"}) server.answer(path, hidden);
    testing::TempFolder folder;
    testing::write_file(folder / "token", "revoked");
    auto settings = testing::settings_for(server.url(), "revoked");
    settings.token_file = folder / "token";
    Life life(folder.path(), settings);
    const std::string text(300, 'x');
    CHECK(life.deliver("2026-1", text).is_told());
    HttpScript::Step told;
    told.body = R"({"configuration":{"statuses":{"max_characters":140,"characters_reserved_per_url":23}}})";
    server.answer("/api/v2/instance", told);
    testing::write_file(folder / "token", server.token() + "\n");
    CHECK(life.deliver("2026-1", text).kind() == Kind::delivered);
    CHECK(server.texts().at(0).size() < 150);
}

TEST_CASE("a secret's file is read when it changes, and one that is broken for a moment changes nothing") {
    testing::TempFolder folder;
    const auto file = folder / "secret";
    SecretFile missing("first", file);
    CHECK(missing.value() == "first");
    testing::write_file(file, "second\n");
    CHECK(missing.value() == "second");
    testing::write_file(file, "");
    CHECK(missing.value() == "second");
    std::filesystem::remove(file);
    CHECK(missing.value() == "second");
    testing::write_file(file, "the third\n");
    CHECK(missing.value() == "the third");
    CHECK(SecretFile("fixed", "").value() == "fixed");
}

}  // namespace fedmsgbot
