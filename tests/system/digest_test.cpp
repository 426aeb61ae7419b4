// More than may leave, with the real binary: few lines, and every message in one of them, whatever is killed.
#include <memory>
#include <random>
#include <regex>
#include <string>
#include <thread>

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

std::string messages(int first, int count) {
    std::string all;
    for (int number = first; number < first + count; ++number)
        all += fmt::format(
            R"({{"topic":"org.fedoraproject.prod.{}","msg_id":"d-{}","msg":{{"message":"Number {}{}"}}}})"
            "\n",
            number % 3 == 0 ? "announce.announcement" : "zork.thing", number, number, number % 10 ? "" : " failed");
    return all;
}

// How many messages a line tells.
long told_by(const std::string& text) {
    std::smatch found;
    if (std::regex_search(text, found, std::regex(R"(\.\.\. and (\d+) more)"))) return std::stol(found[1]);
    if (std::regex_search(text, found, std::regex(R"((?:old to be told|quiet hours|while away): (\d+) message)")))
        return std::stol(found[1]);
    if (std::regex_search(text, found, std::regex(R"(\(x(\d+)\))"))) return std::stol(found[1]);
    return 1;
}

// The sum that docs/architecture.md promises, over one target.
void check_sum(const std::string& summary, long received) {
    const auto count = [&](const char* name) { return std::max(0LL, count_in(summary, name)); };
    INFO(summary);
    CHECK(count("pending") == 0);
    CHECK(count("lost") == 0);
    CHECK(count("delivered") - (count("sentences") - count("merged")) + count("condensed") + count("collapsed") +
              count("digested") + count("expired") + count("rejected") ==
          received);
}

std::string irc(const TempFolder& folder, std::uint16_t port, const std::string& bridge, const std::string& route) {
    return fmt::format(
        "state_dir = \"{}\"\n[source.recorded]\nkind = \"file\"\npath = \"{}\"\n"
        "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\ntls = false\nport = {}\nnick = \"bot\"\n{}"
        "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#few\"]\n{}",
        (folder / "state").string(), (folder / "messages.jsonl").string(), port, bridge, route);
}

}  // namespace

TEST_CASE("10,000 messages at once are few lines, and the digests' counts have every one of them") {
    const TempFolder folder;
    Ngircd server;
    const IrcReader reader(server.port(), "#few");
    write_file(folder / "messages.jsonl", messages(0, 10000));
    BotProcess bot(folder,
                   irc(folder, server.port(), "pace = { burst = 5, every = \"250ms\" }\nbacklog = \"5s\"\n", ""));
    REQUIRE(bot.process().wait(120s) == 0);
    const auto summary = bot.line_with("summary ");
    const auto texts = reader.texts();
    long told = 0;
    for (const auto& text : texts) told += told_by(text);
    INFO(fmt::format("{} lines", texts.size()));
    CHECK(told == 10000);
    CHECK(texts.size() < 100);
    CHECK(texts.front().find("Number 0") != std::string::npos);
    CHECK(bot.process().errors().find("announce (") != std::string::npos);
    check_sum(summary, 10000);
}

TEST_CASE("killed again and again under a flood, the bot tells every message in exactly one post") {
    constexpr int lives = 10, messages_a_life = 300;
    const TempFolder folder;
    HttpScript blog(forgetful_blog());
    std::minstd_rand random(20261125);
    const KilledOnABlog bot{lives, "pace = { burst = 3, every = \"50ms\" }\nbacklog = \"500ms\"\n", "", 20, 700};
    bot.live(folder, blog, random, [](int life) { return messages(0, (life + 1) * messages_a_life); });
    long told = 0;
    for (const auto& status : blog.statuses()) told += told_by(status.text);
    CHECK(told == lives * messages_a_life);
    CHECK(blog.statuses().size() < 400);
}

TEST_CASE("what max_age gives up is told in one line") {
    const TempFolder folder;
    Ngircd server;
    write_file(folder / "messages.jsonl", messages(0, 200));
    BotProcess bot(folder, irc(folder, free_port(), "pace = { burst = 5, every = \"100ms\" }\nmax_age = \"1s\"\n", ""));
    REQUIRE(bot.process().says("source.ended", 60s));
    std::this_thread::sleep_for(1500ms);
    bot.kill();
    const IrcReader reader(server.port(), "#few");
    BotProcess again(folder,
                     irc(folder, server.port(), "pace = { burst = 5, every = \"100ms\" }\nmax_age = \"1s\"\n", ""));
    REQUIRE(again.process().wait(60s) == 0);
    const auto texts = reader.texts();
    REQUIRE(texts.size() == 1);
    INFO(texts.front());
    CHECK(texts.front().find("too old to be told: 200 messages: 133 zork, 67 announce (7 failed)") !=
          std::string::npos);
    CHECK(count_in(again.line_with("summary "), "expired") == 200);
    CHECK(count_in(again.line_with("summary "), "lost") == 0);
}
