#include <catch2/catch.hpp>

#include "bridges/microblog/poster.h"
#include "tests/bridges/microblog/account.h"
#include "tests/support/http_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::Life;
using Ending = HttpScript::Step::Ending;
using Kind = Outcome::Kind;

const std::string link = "https://src.example.org/c/1";

// A sentence of about three posts of 140 characters.
std::string long_text() {
    std::string text = "begin";
    for (int n = 0; n < 40; ++n) text += " word" + std::to_string(n);
    return text;
}

struct World {
    World() : server(settings_of_server()) {}
    ~World() { CHECK(server.complaints().empty()); }

    static HttpScript::Settings settings_of_server() {
        HttpScript::Settings settings;
        settings.is_idempotent = false;
        settings.characters = 140;
        return settings;
    }
    MastodonSettings settings() const {
        auto settings = testing::settings_for(server.url(), server.token());
        settings.visibility = "public";
        settings.style.too_long = PostStyle::TooLong::thread;
        return settings;
    }
    std::unique_ptr<Life> life() const { return std::make_unique<Life>(folder.path(), settings()); }

    // A thread is there once: each part answers the one before, and together they say it all.
    void check_whole(const std::string& text) const {
        const auto statuses = server.statuses();
        REQUIRE(statuses.size() > 1);
        std::string together;
        for (std::size_t n = 0; n < statuses.size(); ++n) {
            CHECK(statuses[n].visibility == (n == 0 ? "public" : "unlisted"));
            CHECK(statuses[n].reply_to == (n == 0 ? "" : statuses[n - 1].id));
            const auto number = " (" + std::to_string(n + 1) + "/" + std::to_string(statuses.size()) + ")";
            REQUIRE(statuses[n].text.ends_with(number));
            together += statuses[n].text.substr(0, statuses[n].text.size() - number.size()) + " ";
        }
        CHECK(together == text + " ");
    }

    testing::TempFolder folder;
    HttpScript server;
};

}  // namespace

TEST_CASE("a long message is a thread, its first post alone for everybody") {
    World world;
    auto life = world.life();
    CHECK(life->deliver("2026-1", long_text(), link).kind() == Kind::delivered);
    world.check_whole(long_text() + " " + link);
    const auto posts = world.server.posts();
    CHECK(life->deliver("2026-1", long_text(), link).kind() == Kind::delivered);
    CHECK(world.life()->deliver("2026-1", long_text(), link).kind() == Kind::delivered);
    CHECK(world.server.posts() == posts);
    CHECK(world.server.looks() == 0);
}

TEST_CASE("killed between or in any of a thread's posts, the bot neither repeats nor loses one") {
    World world;
    const auto posts = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3});
    const bool is_stored = GENERATE(true, false);
    for (std::size_t n = 1; n < posts; ++n) world.server.next_post({});
    HttpScript::Step hanging;
    hanging.ending = Ending::hang;
    hanging.is_stored = is_stored;
    world.server.next_post(hanging);
    world.life()->die_while_delivering("2026-1", long_text(), [&] { return world.server.posts() >= posts; });
    CHECK(world.server.statuses().size() == posts - (is_stored ? 0 : 1));
    // The rules have changed meanwhile: what was begun goes on as it was begun.
    CHECK(world.life()->settle("2026-1", "something else").kind() == Kind::delivered);
    world.check_whole(long_text());
}

TEST_CASE("whatever becomes of the answers, every post of a thread is there once") {
    World world;
    HttpScript::Step bad;
    bad.ending = GENERATE(Ending::close, Ending::truncate);
    bad.is_stored = GENERATE(true, false);
    bad.status = GENERATE(200, 503);
    for (int n = 0; n < 6; ++n) world.server.next_post(n % 2 == 0 ? bad : HttpScript::Step{});
    CHECK(world.life()->settle("2026-1", long_text()).kind() == Kind::delivered);
    world.check_whole(long_text());
}

TEST_CASE("an allowance that ends within a thread holds back its rest, not its beginning") {
    World world;
    HttpScript::Step last_one;
    last_one.headers = {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "2"}};
    world.server.next_post(last_one);
    auto life = world.life();
    const auto outcome = life->deliver("2026-1", long_text());
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after().value_or(0ms) > 0ms);
    CHECK(world.server.statuses().size() == 1);
    CHECK(life->settle("2026-1", long_text()).kind() == Kind::delivered);
    world.check_whole(long_text());
}

TEST_CASE("a thread whose rest is refused is rejected, with its place") {
    World world;
    world.server.next_post({});
    HttpScript::Step refusal;
    refusal.status = 422;
    refusal.is_stored = false;
    world.server.next_post(refusal);
    const auto outcome = world.life()->deliver("2026-1", long_text());
    CHECK(outcome.kind() == Kind::rejected);
    CHECK(outcome.why().starts_with("post 2 of "));
    CHECK(outcome.why().find("422") != std::string::npos);
    CHECK(world.server.statuses().size() == 1);
}

TEST_CASE("the posts of a thread are charged to the pace, each one") {
    World world;
    testing::NoReceipts receipts;
    boost::asio::io_context context;
    Pacer pacer(10, 1h);
    PosterSettings settings;
    settings.style = world.settings().style;
    settings.pacer = &pacer;
    Poster poster("blog", std::make_unique<MastodonApi>(context.get_executor(), world.settings()),
                  std::make_unique<Ledger>(world.folder / "blog.sqlite", "blog"), settings);
    auto line = std::make_shared<Line>();
    line->text = long_text();
    const Post post(testing::make_message("2026-1"), line, "", {}, Share(receipts, 1, "blog"));
    const auto outcomes = testing::run_until_done(context, poster.deliver({&post}));
    REQUIRE(outcomes.at(0).kind() == Kind::delivered);
    const auto rest = static_cast<int>(world.server.statuses().size()) - 1;  // the outbox has paid for the first
    CHECK(pacer.available(std::chrono::steady_clock::now()) == 10 - rest);
}

TEST_CASE("a content warning and tags are sent with the post") {
    HttpScript server;
    testing::TempFolder folder;
    auto table = Table::from_text("url = \"" + server.url() +
                                      "\"\ntoken_env = \"FEDMSGBOT_TEST_TOKEN\"\ntags = [\"fedora\"]\n"
                                      "content_warning = \"bus: {{ service }}\"\npost = \"{{ text }}!\"\n",
                                  "f.toml");
    ::setenv("FEDMSGBOT_TEST_TOKEN", server.token().c_str(), 1);
    const auto settings = read_mastodon_settings(*table);
    REQUIRE(describe(table->problems()).empty());
    CHECK(Life(folder.path(), settings).deliver("2026-1", "pushed").kind() == Kind::delivered);
    REQUIRE(server.statuses().size() == 1);
    CHECK(server.statuses()[0].text == "pushed! #fedora");
    CHECK(server.statuses()[0].warning == "bus:");  // the line of this test has no service
    CHECK(server.complaints().empty());
}

}  // namespace fedmsgbot
