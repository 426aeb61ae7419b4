#include <fstream>
#include <regex>

#include <sys/stat.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/http_script.h"
#include "tests/support/snac.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// A configuration with one account, whose token is not there yet.
struct Operator {
    explicit Operator(const std::string& url) {
        write_file(folder / "messages.jsonl", "");
        write_file(file(), fmt::format(R"(state_dir = "{0}/state"
[source.recorded]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.blog]
kind = "mastodon"
url = "{1}"
token_file = "{0}/blog.token"
[bridge.page]
kind = "timeline"
[[route]]
name = "all"
topics = ["#"]
to = ["blog"]
)",
                                       folder.path().string(), url));
    }
    std::filesystem::path file() const { return folder / "fedmsgbot.toml"; }
    std::filesystem::path token() const { return folder / "blog.token"; }

    Finished login(const std::string& typed, const std::string& bridge = "blog") const {
        return run({binary(), "login", bridge, "-c", file().string()}, {{}, typed, {}});
    }
    Finished check_online() const { return run({binary(), "check", "--online", "-c", file().string()}); }

    TempFolder folder;
};

bool holds(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

}  // namespace

TEST_CASE("login registers, prints the address, takes the code and keeps the token") {
    HttpScript server;
    const Operator person(server.url());
    const auto finished = person.login("  good-code \n");
    INFO(finished.output << finished.errors);
    CHECK(finished.status == 0);
    CHECK(holds(finished.output, server.url() + "/oauth/authorize?client_id=the-client&"));
    CHECK(holds(finished.output, "Kept in " + person.token().string()));
    CHECK(holds(finished.output, "account: @bus, marked as a bot"));
    CHECK(holds(finished.output, "The bridge blog can post."));
    CHECK(read_file(person.token()) == server.token() + "\n");
    struct stat found {};
    REQUIRE(::stat(person.token().c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0600U);
    for (const auto& secret : {server.token(), std::string("the-secret")})
        CHECK_FALSE(holds(finished.output + finished.errors, secret));
    CHECK(server.complaints().empty());
}

TEST_CASE("login lets a mistyped code be typed again, a few times, and keeps nothing of a login that fails") {
    HttpScript server;
    const Operator person(server.url());
    const auto second = person.login("bad-code\ngood-code\n");
    CHECK(second.status == 0);
    CHECK(holds(second.errors, "authorization grant is invalid"));
    std::filesystem::remove(person.token());
    CHECK(person.login("1\n2\n3\n4\n").status == 1);
    const auto silent = person.login("");
    CHECK(silent.status == 1);
    CHECK(holds(silent.errors, "no code was given"));
    CHECK_FALSE(std::filesystem::exists(person.token()));
}

TEST_CASE("login says what is wrong before anybody opens a browser") {
    HttpScript server;
    const Operator person(server.url());
    const auto unknown = person.login("", "blgo");
    CHECK(unknown.status == 2);
    CHECK(holds(unknown.errors, "there is no bridge \"blgo\" (there are: blog, page)"));
    const auto other_kind = person.login("", "page");
    CHECK(other_kind.status == 2);
    CHECK(holds(other_kind.errors, "kind timeline"));
    std::filesystem::create_directory(person.token());
    const auto unwritable = person.login("good-code\n");
    CHECK(unwritable.status == 1);
    CHECK(holds(unwritable.errors, "blog.token: cannot be written"));
    CHECK(server.requests().empty());
    server.go_down();
    std::filesystem::remove(person.token());
    const auto away = person.login("good-code\n");
    CHECK(away.status == 1);
    CHECK(holds(away.errors, server.url() + " does not register the program"));
}

TEST_CASE("check --online prints what each other side allows, and plainly what cannot be asked") {
    HttpScript server;
    const Operator person(server.url());
    const auto without = person.check_online();
    CHECK(without.status == 1);
    CHECK(holds(without.output, "FAILED: there is no access token yet"));
    write_file(person.token(), server.token());
    const auto good = person.check_online();
    INFO(good.output << good.errors);
    CHECK(good.status == 0);
    CHECK(holds(good.output, "bridge blog (mastodon)\n  server: " + server.url() + ", mastodon 4.3.1\n"));
    CHECK(holds(good.output, "limits: 500 characters, an address counts 23"));
    CHECK(holds(good.output, "bridge page (timeline)\n  not checked online"));
    CHECK_FALSE(holds(good.output + good.errors, server.token()));
    write_file(person.token(), "revoked");
    const auto revoked = person.check_online();
    CHECK(revoked.status == 1);
    CHECK(holds(revoked.output, "FAILED: the account cannot be read: HTTP 401"));
    CHECK(server.posts() == 0);
}

TEST_CASE("check without --online asks nobody") {
    HttpScript server;
    const Operator person(server.url());
    CHECK(run({binary(), "check", "-c", person.file().string()}).status == 0);
    CHECK(server.requests().empty());
}

TEST_CASE("login and check --online work with a real server") {
    const Snac snac;
    const Operator person(snac.url());
    // The code is known only when the address was opened, so somebody has to sit at the keyboard.
    const auto keyboard = person.folder / "keyboard";
    REQUIRE(::mkfifo(keyboard.c_str(), 0600) == 0);
    Process login({"sh", "-c", "exec \"$1\" login blog -c \"$2\" < \"$3\"", "sh", binary(), person.file().string(),
                   keyboard.string()});
    std::ofstream typing(keyboard);
    REQUIRE(login.says("Code: "));
    std::smatch found;
    const auto shown = login.output();
    REQUIRE(std::regex_search(shown, found, std::regex("http://[^ \n]+/oauth/authorize[^ \n]+")));
    typing << snac.allow(found[0]) << std::endl;
    CHECK(login.wait() == 0);
    INFO(login.output() << login.errors());
    CHECK(login.says("The bridge blog can post."));
    const auto checked = person.check_online();
    INFO(checked.output);
    CHECK(checked.status == 0);
    CHECK(holds(checked.output, ", snac 2."));
    // With this token the bot posts.
    write_file(person.folder / "messages.jsonl",
               R"({"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-1",)"
               R"("msg":{"message":"Hello","link":"https://example.org/1"}})"
               "\n");
    CHECK(run({binary(), "run", "-c", person.file().string()}).status == 0);
    REQUIRE(snac.posts().size() == 1);
    CHECK(holds(snac.posts()[0], "Hello"));
}

TEST_CASE("a refused token is one line in the log, and a new one is taken by the bot that runs") {
    HttpScript server;
    const Operator person(server.url());
    write_file(person.token(), "revoked");
    std::string messages;
    for (int n = 0; n < 3; ++n)
        messages += fmt::format(R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-{}",)"
                                R"("msg":{{"message":"Hello {}","link":"https://example.org/1"}}}})"
                                "\n",
                                n, n);
    write_file(person.folder / "messages.jsonl", messages);
    Process bot({binary(), "run", "-c", person.file().string()});
    REQUIRE(bot.says("blog.paused"));
    CHECK(person.login("good-code\n").status == 0);
    CHECK(bot.wait(60s) == 0);  // by itself, when all is delivered
    CHECK(server.statuses().size() == 3);
    const auto log = bot.errors();
    std::size_t lines = 0;
    for (auto at = log.find("HTTP 401"); at != std::string::npos; at = log.find("HTTP 401", at + 1)) ++lines;
    INFO(log);
    CHECK(lines == 1);
    CHECK(holds(log, "blog.resumed"));
}
