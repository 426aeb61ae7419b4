#include <chrono>
#include <csignal>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/http_script.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/system/bot_process.h"
#include "tests/system/numbered_messages.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

constexpr int lives = 21;
constexpr int messages_a_life = 96;
constexpr int all_messages = lives * messages_a_life;

std::string configuration(const TempFolder& folder, std::uint16_t irc, const HttpScript& blog, std::uint16_t page) {
    return fmt::format(R"(state_dir = "{0}/state"
[source.bus]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.net]
kind = "irc"
server = "127.0.0.1"
port = {1}
tls = false
nick = "bot"
flood_exempt = true
[bridge.blog]
kind = "mastodon"
url = "{2}"
token_file = "{0}/token"
pace = {{ burst = 100, every = "0ms" }}
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{3}"
[[route]]
name = "all"
topics = ["#"]
to = ["net/#crash", "blog", "timeline"]
)",
                       folder.path().string(), irc, blog.url(), page);
}

}  // namespace

TEST_CASE("killed again and again, the bot loses nothing, and repeats only what IRC had not confirmed") {
    const TempFolder folder;
    Ngircd server;
    HttpScript::Settings strict;
    strict.is_idempotent = false;  // so that only the bot itself can keep a post from going out twice
    HttpScript blog(strict);
    IrcReader reader(server.port(), "#crash");
    const auto page = free_port();
    write_file(folder / "token", blog.token());
    std::string recorded;
    std::minstd_rand random(20261124);
    std::unique_ptr<BotProcess> bot;
    for (int life = 0; life < lives; ++life) {
        for (int i = 0; i < messages_a_life; ++i) recorded += numbered_message(life * messages_a_life + i);
        write_file(folder / "messages.jsonl", recorded);
        if (!bot)
            bot = std::make_unique<BotProcess>(folder, configuration(folder, server.port(), blog, page));
        else
            bot->start();
        if (life + 1 == lives) break;
        // A moment chosen by what has arrived, not only by time: early in the intake, in the middle of posting, near
        // the end.
        const auto posts = blog.posts() + random() % messages_a_life;
        eventually([&] { return blog.posts() >= posts; }, std::chrono::milliseconds(20 + random() % 1500));
        bot->kill();
    }
    REQUIRE(bot->process().wait(3min) == 0);
    const auto summary = bot->line_with("summary ");
    INFO(summary);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);

    std::vector<std::string> statuses;
    for (const auto& status : blog.statuses()) statuses.push_back(status.text);
    const auto posted = counted(statuses);
    CHECK(posted.size() == static_cast<std::size_t>(all_messages));
    CHECK(statuses.size() == static_cast<std::size_t>(all_messages));
    CHECK(blog.complaints().empty());

    const auto said = counted(reader.texts());
    CHECK(said.size() == static_cast<std::size_t>(all_messages));
    // A batch at most is under way when the bot is killed.
    CHECK(reader.texts().size() <= static_cast<std::size_t>(all_messages + (lives - 1) * 64));

    Database timeline(folder / "state" / "timeline.sqlite", 1000, "");
    auto entries = timeline.prepare("SELECT text FROM entry");
    std::vector<std::string> shown;
    while (entries.step()) shown.emplace_back(entries.text(0));
    CHECK(shown.size() == static_cast<std::size_t>(all_messages));
    CHECK(counted(shown).size() == static_cast<std::size_t>(all_messages));
}
