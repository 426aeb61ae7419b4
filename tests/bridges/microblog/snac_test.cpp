#include <map>

#include <catch2/catch.hpp>

#include "bridges/microblog/html_text.h"
#include "tests/bridges/microblog/account.h"
#include "tests/support/snac.h"

namespace fedmsgbot {

using namespace std::chrono_literals;

namespace {

std::string text_of(int n) { return "message number " + std::to_string(n) + " of <many> & \"more\" – é 👍"; }
std::string link_of(int n) { return "https://src.example.org/c/" + std::to_string(n) + "?a=b&c=d_e_f#g"; }

MastodonSettings settings_for(const testing::Snac& snac) {
    auto settings = testing::settings_for(snac.url(), snac.token());
    settings.timeout = 10s;
    return settings;
}

// The address that a reader of a post can follow. snac writes `#` as an entity there.
std::string link_in(const std::string& html) {
    const auto begin = html.find("href=\"") + 6;
    return html_to_text(html.substr(begin, html.find('"', begin) - begin));
}

// How often each message is there with its link whole.
std::map<int, int> count(const testing::Snac& snac, int messages) {
    std::map<int, int> seen;
    for (const auto& html : snac.posts())
        for (int n = 0; n < messages; ++n)
            if (reads_alike(text_of(n) + " " + link_of(n), html) && link_in(html) == link_of(n)) ++seen[n];
    return seen;
}

std::string id_of(int n) { return "2026-" + std::to_string(n); }

}  // namespace

TEST_CASE("200 messages are on a real server once each, their links whole") {
    const testing::Snac snac;
    testing::TempFolder folder;
    testing::Life life(folder.path(), settings_for(snac));
    for (int n = 0; n < 200; ++n)
        REQUIRE(life.deliver(id_of(n), text_of(n), link_of(n)).kind() == Outcome::Kind::delivered);
    CHECK(snac.posts().size() == 200);
    const auto seen = count(snac, 200);
    CHECK(seen.size() == 200);
    for (const auto& [n, times] : seen) CHECK(times == 1);
}

TEST_CASE("a real server that dies and comes back gets every message once") {
    testing::Snac snac;
    testing::TempFolder folder;
    auto life = std::make_unique<testing::Life>(folder.path(), settings_for(snac));
    for (int n = 0; n < 30; ++n) {
        if (n == 15) {  // once only: snac needs seconds to get going with a queue to deliver
            snac.go_down();
            CHECK(life->deliver(id_of(n), text_of(n), link_of(n)).kind() == Outcome::Kind::retry);
            snac.come_up();
        }
        // As after kill -9 in the middle: the bot does not know whether this one is there, and it is not.
        if (n % 10 == 7) {
            life = nullptr;
            Ledger(folder / "blog.sqlite", "blog")
                .begin(id_of(n), text_of(n) + " " + link_of(n), std::chrono::system_clock::now());
            life = std::make_unique<testing::Life>(folder.path(), settings_for(snac));
        }
        REQUIRE(life->settle(id_of(n), text_of(n), link_of(n)).kind() == Outcome::Kind::delivered);
    }
    CHECK(snac.posts().size() == 30);
    CHECK(count(snac, 30).size() == 30);
}

TEST_CASE("what a real server has already is found there, not posted again") {
    const testing::Snac snac;
    testing::TempFolder before;
    CHECK(testing::Life(before.path(), settings_for(snac)).deliver(id_of(1), text_of(1), link_of(1)).kind() ==
          Outcome::Kind::delivered);
    // The same message in a life that knows only that it began to send it.
    testing::TempFolder after;
    Ledger(after / "blog.sqlite", "blog")
        .begin(id_of(1), text_of(1) + " " + link_of(1), std::chrono::system_clock::now() - 1min);
    CHECK(testing::Life(after.path(), settings_for(snac)).deliver(id_of(1), text_of(1), link_of(1)).kind() ==
          Outcome::Kind::delivered);
    CHECK(snac.posts().size() == 1);
}

}  // namespace fedmsgbot
