// What keeps a channel worth reading, with the real binary: a route's threshold, quiet hours and dedupe, and a bridge's
// budget, over kill -9, by a clock that the test gives.
#include <random>
#include <regex>
#include <set>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/http_script.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/system/bot_process.h"
#include "tests/system/killed_on_a_blog.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

std::string message(const std::string& id, const std::string& text) {
    return fmt::format(
        R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"{}","msg":{{"message":"{}"}}}})"
        "\n",
        id, text);
}

std::string messages(int first, int count) {
    std::string all;
    for (int number = first; number < first + count; ++number)
        all += message(fmt::format("q-{}", number), fmt::format("Number {} of some", number));
    return all;
}

std::string configuration(const TempFolder& folder, std::uint16_t port, const std::string& route,
                          const std::string& bridge = "") {
    return fmt::format(
        "state_dir = \"{}\"\n[source.recorded]\nkind = \"file\"\npath = \"{}\"\n"
        "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\ntls = false\nport = {}\nnick = \"bot\"\n"
        "flood_exempt = true\n{}"
        "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#few\"]\n{}",
        (folder / "state").string(), (folder / "messages.jsonl").string(), port, bridge, route);
}

long told_by(const std::string& text) {
    std::smatch found;
    if (std::regex_search(text, found, std::regex(R"((?:\.\.\. and|quiet hours:) (\d+) (?:more|message))")))
        return std::stol(found[1]);
    return 1;
}

long told_by(const std::vector<std::string>& texts) {
    long told = 0;
    for (const auto& text : texts) told += told_by(text);
    return told;
}

// Long enough for what should not come to come.
void let_come() {
    eventually([] { return false; }, 1500ms);
}

}  // namespace

TEST_CASE("a threshold is kept over kill -9, and what is beyond it is told in a digest an hour later") {
    const TempFolder folder;
    Ngircd server;
    const IrcReader reader(server.port(), "#few");
    write_file(folder / "messages.jsonl", messages(0, 30));
    BotProcess bot(folder, configuration(folder, server.port(), "threshold = \"6/h\"\n"), "2026-11-27T12:00");
    REQUIRE(reader.wait_for(6));
    let_come();
    bot.kill();
    write_file(folder / "messages.jsonl", messages(0, 40));
    bot.start("2026-11-27T12:30");
    REQUIRE(bot.process().says("source.ended"));
    let_come();
    CHECK(reader.texts().size() == 6);
    bot.kill();
    bot.start("2026-11-27T13:01");
    REQUIRE(bot.process().wait(60s) == 0);
    const auto texts = reader.texts();
    CHECK(texts.size() <= 12);
    CHECK(told_by(texts) == 40);
    CHECK(texts.back().find("more: 3") != std::string::npos);
    const auto summary = bot.line_with("summary ");
    INFO(summary);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(bot.process().errors().find("reserve.told") != std::string::npos);
}

TEST_CASE("in the quiet hours nothing is said, and when they end the bot tells it by itself") {
    const TempFolder folder;
    Ngircd server;
    const IrcReader reader(server.port(), "#few");
    write_file(folder / "messages.jsonl", messages(0, 3));
    BotProcess bot(folder, configuration(folder, server.port(), "quiet_hours = \"22:00-07:00\"\n"), "2026-11-27T21:55");
    REQUIRE(bot.process().wait(60s) == 0);
    CHECK(reader.texts().size() == 3);
    write_file(folder / "messages.jsonl", messages(0, 50));
    bot.start("2026-11-28T01:00");
    REQUIRE(bot.process().says("source.ended"));
    let_come();
    bot.kill();
    CHECK(reader.texts().size() == 3);
    write_file(folder / "messages.jsonl", messages(0, 60));
    bot.start("2026-11-28T06:59:45");
    REQUIRE(bot.process().says("source.ended"));
    CHECK(reader.texts().size() == 3);
    REQUIRE(bot.process().wait(60s) == 0);
    const auto texts = reader.texts();
    REQUIRE(texts.size() == 8);
    CHECK(texts[3].find("Number 3 of") != std::string::npos);
    CHECK(texts[7].find("in the quiet hours: 53 messages: 53 announce") != std::string::npos);
    const auto summary = bot.line_with("summary ");
    CHECK(count_in(summary, "digested") == 53);
    CHECK(count_in(summary, "kept") == 10);
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("the same line is said once in the time of dedupe, whatever is killed in between") {
    const TempFolder folder;
    Ngircd server;
    const IrcReader reader(server.port(), "#few");
    std::string recorded;
    for (int n = 0; n < 10; ++n) recorded += message(fmt::format("a-{}", n), fmt::format("Mirror {} is down", n % 2));
    write_file(folder / "messages.jsonl", recorded);
    BotProcess bot(folder, configuration(folder, server.port(), "dedupe = \"10m\"\n"), "2026-11-27T12:00");
    REQUIRE(bot.process().wait(60s) == 0);
    CHECK(count_in(bot.line_with("summary "), "deduped") == 8);
    CHECK(count_in(bot.line_with("summary "), "lost") == 0);
    write_file(folder / "messages.jsonl", recorded += message("b-1", "Mirror 1 is down"));
    bot.start("2026-11-27T12:08");
    REQUIRE(bot.process().wait(60s) == 0);
    CHECK(count_in(bot.line_with("summary "), "deduped") == 1);
    CHECK(reader.texts().size() == 2);
    write_file(folder / "messages.jsonl", recorded += message("b-2", "Mirror 1 is down"));
    bot.start("2026-11-27T12:11");
    REQUIRE(bot.process().wait(60s) == 0);
    REQUIRE(reader.wait_for(3));
    CHECK(reader.texts().size() == 3);
}

TEST_CASE("killed again and again, the bot posts no more than its budget, and tells every message in the end") {
    constexpr int lives = 8, messages_a_life = 25;
    const TempFolder folder;
    HttpScript blog(forgetful_blog());
    std::minstd_rand random(20261128);
    write_file(folder / "token", blog.token());
    const auto file = fmt::format(R"(state_dir = "{0}/state"
[source.bus]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.blog]
kind = "mastodon"
url = "{1}"
token_file = "{0}/token"
pace = {{ burst = 3, every = "20ms" }}
budget = "20/h, 60/d"
[[route]]
name = "all"
topics = ["#"]
to = ["blog"]
)",
                                  folder.path().string(), blog.url());
    std::unique_ptr<BotProcess> bot;
    for (int life = 0; life < lives; ++life) {
        write_file(folder / "messages.jsonl", messages(0, (life + 1) * messages_a_life));
        const auto at = fmt::format("2026-11-27T12:{:02}", 5 * life);
        if (!bot)
            bot = std::make_unique<BotProcess>(folder, file, at);
        else
            bot->start(at);
        // Some posts a life, until the budget is nearly spent: then none may come.
        const auto posts = blog.statuses().size();
        const auto wanted = posts + 1 + random() % 4;
        eventually([&] { return blog.statuses().size() >= wanted; }, posts < 14 ? 20s : 1s);
        bot->kill();
        CHECK(blog.statuses().size() <= 20);
    }
    REQUIRE(blog.statuses().size() >= 12);
    bot->start("2026-11-27T14:00");
    REQUIRE(bot->process().wait(60s) == 0);
    CHECK(blog.statuses().size() <= 40);
    long told = 0;
    for (const auto& status : blog.statuses()) told += told_by(status.text);
    CHECK(told == lives * messages_a_life);
    CHECK(count_in(bot->line_with("summary "), "lost") == 0);
}

TEST_CASE("a budget of an IRC network counts over all its channels") {
    const TempFolder folder;
    Ngircd server;
    const IrcReader few(server.port(), "#few"), other(server.port(), "#other", {"second"});
    write_file(folder / "messages.jsonl", messages(0, 40));
    auto file = configuration(folder, server.port(), "", "budget = \"8/h\"\n");
    file.replace(file.find("[\"net/#few\"]"), 12, "[\"net/#few\", \"net/#other\"]");
    BotProcess bot(folder, file, "2026-11-27T12:00");
    REQUIRE(few.wait_for(1));
    REQUIRE(bot.process().says("source.ended"));
    let_come();
    CHECK(few.texts().size() + other.texts().size() <= 8);
    bot.kill();
    bot.start("2026-11-27T13:01");
    REQUIRE(bot.process().wait(60s) == 0);
    CHECK(told_by(few.texts()) == 40);
    CHECK(told_by(other.texts()) == 40);
    CHECK(few.texts().size() + other.texts().size() <= 16);
    CHECK(count_in(bot.line_with("summary "), "lost") == 0);
}

TEST_CASE("check and explain tell what a route and a bridge hold back, and when") {
    const TempFolder folder;
    write_file(folder / "c.toml",
               configuration(folder, 6667, "threshold = \"20/h\"\nquiet_hours = \"22:00-07:00\"\ndedupe = \"10m\"\n",
                             "budget = \"120/h, 500/d\"\n"));
    const auto file = (folder / "c.toml").string();
    const auto checked = run({binary(), "check", "-c", file}).output;
    INFO(checked);
    CHECK(checked.find("bridge net (irc): 100000 at once, then one every 0 ms") == std::string::npos);
    CHECK(checked.find(", at most 120/h, at most 500/d\n") != std::string::npos);
    CHECK(
        checked.find("route \"all\" to net/#few, at most 20/h, quiet 22:00-07:00 UTC, nothing twice within 600 s\n") !=
        std::string::npos);
    const auto night =
        run({binary(), "explain", "-c", file, "--at", "2026-11-27T23:30", "org.fedoraproject.prod.git.receive"});
    INFO(night.output);
    CHECK(night.status == 0);
    CHECK(night.output.find("at 2026-11-27T23:30:00Z: quiet; kept back") != std::string::npos);
    CHECK(night.output.find("from 2026-11-28T07:00:00Z") != std::string::npos);
    CHECK(night.output.find("after 20 lines (20/h): kept back") != std::string::npos);
    CHECK(night.output.find("bridge net: after 120 posts (120/h)") != std::string::npos);
    const auto day =
        run({binary(), "explain", "-c", file, "--at", "2026-11-27T12:00", "org.fedoraproject.prod.git.receive"});
    CHECK(day.output.find(": not quiet\n") != std::string::npos);
    CHECK(run({binary(), "explain", "-c", file, "--at", "noon", "a.b"}).status != 0);
}
