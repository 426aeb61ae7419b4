#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

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
    unsigned most_posts;            // of a life, about
    unsigned most_milliseconds;     // likewise
    std::string account = {};       // kind, address and login of the bridge; empty: Mastodon's, by the token
    bool is_server_killed = false;  // too: somewhere in each life, and up again a moment later
    std::chrono::minutes most_of_the_last{2};

    void live(const TempFolder& folder, HttpScript& blog, std::minstd_rand& random,
              const std::function<std::string(int life)>& recorded) const {
        write_file(folder / "token", blog.token());
        const auto configuration =
            fmt::format(R"(state_dir = "{0}/state"
[source.bus]
kind = "file"
path = "{0}/messages.jsonl"
[bridge.blog]
{1}{2}[[route]]
name = "all"
topics = ["#"]
to = ["blog"]
{3})",
                        folder.path().string(), account.empty() ? mastodon(folder, blog) : account, bridge, route);
        std::unique_ptr<BotProcess> bot;
        for (int life = 0; life < lives; ++life) {
            write_file(folder / "messages.jsonl", recorded(life));
            if (!bot)
                bot = std::make_unique<BotProcess>(folder, configuration);
            else
                bot->start();
            if (life + 1 == lives) break;
            if (is_server_killed) {
                some_posts_later(blog, random);
                blog.go_down();
                std::this_thread::sleep_for(std::chrono::milliseconds(random() % 300));
                if (random() % 2 == 0) bot->kill();
                blog.come_up();
                if (!bot->process().is_running()) continue;
            }
            some_posts_later(blog, random);
            bot->kill();
        }
        REQUIRE(bot->process().wait(most_of_the_last) == 0);
        const auto summary = bot->line_with("summary ");
        INFO(summary);
        CHECK(count_in(summary, "pending") == 0);
        CHECK(count_in(summary, "lost") == 0);
    }

private:
    // A moment chosen by what has arrived, not only by time.
    void some_posts_later(const HttpScript& blog, std::minstd_rand& random) const {
        const auto posts = blog.posts() + random() % most_posts;
        eventually([&] { return blog.posts() >= posts; }, std::chrono::milliseconds(20 + random() % most_milliseconds));
    }
    static std::string mastodon(const TempFolder& folder, const HttpScript& blog) {
        return fmt::format("kind = \"mastodon\"\nurl = \"{}\"\ntoken_file = \"{}/token\"\n", blog.url(),
                           folder.path().string());
    }
};

}  // namespace fedmsgbot::testing
