#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/http_script.h"
#include "tests/system/bot_process.h"

namespace fedmsgbot::testing {

// A server that knows no Idempotency-Key: what is posted twice stands there twice.
inline HttpScript::Settings forgetful_blog() {
    HttpScript::Settings settings;
    settings.is_idempotent = false;
    return settings;
}

// A bot that posts to a blog what `messages.jsonl` in its folder holds, and is killed somewhere in each of its lives
// but the last, which it ends by itself with nothing pending and nothing lost.
struct KilledOnABlog {
    int lives;
    std::string bridge;  // more keys
    std::string route;
    unsigned most_posts;         // of a life, about
    unsigned most_milliseconds;  // likewise

    void live(const TempFolder& folder, HttpScript& blog, std::minstd_rand& random,
              const std::function<std::string(int life)>& recorded) const {
        write_file(folder / "token", blog.token());
        const auto configuration = fmt::format(R"(state_dir = "{0}/state"
[source.bus]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.blog]
kind = "mastodon"
url = "{1}"
token_file = "{0}/token"
{2}[[route]]
name = "all"
topics = ["#"]
to = ["blog"]
{3})",
                                               folder.path().string(), blog.url(), bridge, route);
        std::unique_ptr<BotProcess> bot;
        for (int life = 0; life < lives; ++life) {
            write_file(folder / "messages.jsonl", recorded(life));
            if (!bot)
                bot = std::make_unique<BotProcess>(folder, configuration);
            else
                bot->start();
            if (life + 1 == lives) break;
            const auto posts = blog.posts() + random() % most_posts;
            eventually([&] { return blog.posts() >= posts; },
                       std::chrono::milliseconds(20 + random() % most_milliseconds));
            bot->kill();
        }
        REQUIRE(bot->process().wait(std::chrono::minutes(2)) == 0);
        const auto summary = bot->line_with("summary ");
        INFO(summary);
        CHECK(count_in(summary, "pending") == 0);
        CHECK(count_in(summary, "lost") == 0);
    }
};

}  // namespace fedmsgbot::testing
