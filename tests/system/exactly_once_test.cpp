// Each kind of microblog, with its server failing in every way, both killed again and again: each message exactly once.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>

#include <catch2/catch.hpp>

#include "tests/support/mastodon_script.h"
#include "tests/support/pumpio_script.h"
#include "tests/support/statusnet_script.h"
#include "tests/system/killed_on_a_blog.h"
#include "tests/system/numbered_messages.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// FEDMSGBOT_BLOG_MESSAGES=10000 is the full proof.
int all_messages() {
    const char* given = std::getenv("FEDMSGBOT_BLOG_MESSAGES");
    return given ? std::max(1, std::atoi(given)) : 160;
}

// At most fifty lives, or the full proof would take hours: after each, a lost answer must settle for seconds.
int messages_a_life() { return std::max(40, all_messages() / 50); }

const OauthSecrets secrets{{{"bot", "consumer/secret"}}, {{"token", "token&secret"}}};
constexpr const char* credentials =
    R"({"consumer_key":"bot","consumer_secret":"consumer/secret","token":"token","token_secret":"token&secret"})";

struct BlogKind {
    std::string name;
    std::unique_ptr<HttpScript> server;
    std::string login;  // with {} for the folder
    std::string path;   // after the server's address
};

BlogKind make_kind(const std::string& name) {
    const std::string by_signature = "credentials_file = \"{}/credentials\"\n";
    if (name == "mastodon")
        return {name, std::make_unique<HttpScript>(forgetful_blog()), "token_file = \"{}/token\"\n", ""};
    if (name == "pumpio")
        return {name, std::make_unique<HttpScript>(std::make_unique<PumpioScript>(secrets)),
                "user = \"bus\"\n" + by_signature, ""};
    StatusnetScript::Settings settings;
    settings.secrets = secrets;
    settings.dupelimit = 0s;  // so that only the bot itself can keep a post from going out twice
    return {name, std::make_unique<HttpScript>(std::make_unique<StatusnetScript>(settings)), by_signature, "/api"};
}

}  // namespace

TEST_CASE("killed again and again, and its server too, the bot posts each message exactly once on every kind of blog") {
    const auto kind = make_kind(GENERATE("mastodon", "statusnet", "pumpio"));
    INFO(kind.name);
    const TempFolder folder;
    write_file(folder / "credentials", credentials);
    kind.server->be_unreliable(static_cast<unsigned>(std::max(100, all_messages() / 50)), 20261128);
    const int share = messages_a_life();
    KilledOnABlog killed{(all_messages() + share - 1) / share,
                         "timeout = \"1s\"\npace = { burst = 100, every = \"0ms\" }\n", "",
                         static_cast<unsigned>(share), 3000};
    killed.account = fmt::format("kind = \"{}\"\nurl = \"{}{}\"\n{}", kind.name, kind.server->url(), kind.path,
                                 fmt::format(fmt::runtime(kind.login), folder.path().string()));
    killed.is_server_killed = true;
    killed.most_of_the_last = std::chrono::minutes(20);
    std::minstd_rand random(20261128);
    std::string recorded;
    killed.live(folder, *kind.server, random, [&](int life) {
        for (int i = 0; i < share && life * share + i < all_messages(); ++i)
            recorded += numbered_message(life * share + i);
        return recorded;
    });

    std::vector<std::string> posts;
    for (const auto& status : kind.server->statuses()) posts.push_back(status.text);
    CHECK(posts.size() == static_cast<std::size_t>(all_messages()));
    const auto numbers = counted(posts);
    CHECK(numbers.size() == static_cast<std::size_t>(all_messages()));
    CHECK(numbers.begin()->first == 0);
    CHECK(kind.server->complaints().empty());
    WARN(fmt::format("{}: {} messages, {} lives, {} requests to post, {} looks back: {} posts", kind.name,
                     all_messages(), killed.lives, kind.server->posts(), kind.server->looks(), posts.size()));
}
