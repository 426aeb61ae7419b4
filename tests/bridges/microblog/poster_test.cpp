#include "bridges/microblog/poster.h"

#include <catch2/catch.hpp>

#include "tests/bridges/microblog/account.h"
#include "tests/support/http_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::Life;
using testing::step;
using Ending = HttpScript::Step::Ending;
using Kind = Outcome::Kind;

struct World {
    explicit World(HttpScript::Settings settings = {}) : server(std::move(settings)) {}
    ~World() { CHECK(server.complaints() == complaints); }

    MastodonSettings settings() const { return testing::settings_for(server.url(), server.token()); }
    std::unique_ptr<Life> life() { return std::make_unique<Life>(folder.path(), settings()); }

    testing::TempFolder folder;
    HttpScript server;
    std::vector<std::string> complaints;  // what the server may have had to complain of at the end
};

using Texts = std::vector<std::string>;

HttpScript::Settings forgetful() {  // as GoToSocial and snac
    HttpScript::Settings settings;
    settings.is_idempotent = false;
    return settings;
}

}  // namespace

TEST_CASE("a message is posted once, with its link, as the operator wants it") {
    World world;
    auto life = world.life();
    CHECK(life->deliver("2026-1", "@ralph pushed", "https://x.example/a").kind() == Kind::delivered);
    CHECK(life->deliver("2026-1", "@ralph pushed", "https://x.example/a").kind() == Kind::delivered);
    const auto statuses = world.server.statuses();
    REQUIRE(statuses.size() == 1);
    CHECK(statuses[0].text == "ralph pushed https://x.example/a");
    CHECK(statuses[0].visibility == "unlisted");
    CHECK(statuses[0].language == "en");
    CHECK(world.server.posts() == 1);
}

TEST_CASE("a new life of the bot knows what was posted in the one before") {
    World world;
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.posts() == 1);
    CHECK(world.server.looks() == 0);
}

TEST_CASE("whatever becomes of the answer, the message is on the account exactly once") {
    World world(GENERATE(HttpScript::Settings{}, forgetful()));
    auto bad = step(GENERATE(Ending::hang, Ending::close, Ending::truncate, Ending::trickle), GENERATE(true, false),
                    GENERATE(200, 500, 503));
    if (bad.ending == Ending::trickle) bad.body = std::string(2000, ' ');  // longer than anybody waits
    world.server.next_post(bad);
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text <b> & more").kind() == Kind::retry);
    CHECK(life->settle("2026-1", "text <b> & more").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text <b> & more"});
    CHECK(world.server.posts() == (bad.is_stored ? 1 : 2));
}

TEST_CASE("a yes that is none of the API counts for nothing until the post was seen") {
    World world(forgetful());
    auto page = step(Ending::answer, GENERATE(true, false));
    page.headers["Content-Type"] = "text/html";
    page.body = GENERATE(as<std::string>{}, "<html>We are back soon", "", "{}", "[]", R"({"id":5})", "{\"id\":\"\"}");
    world.server.next_post(page);
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("several bad answers in a row change nothing") {
    World world(forgetful());
    world.server.next_post(step(Ending::close, false));
    world.server.next_post(step(Ending::answer, false, 503));
    world.server.next_post(step(Ending::hang, false));
    world.server.next_post(step(Ending::truncate, true));
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.posts() == 4);
}

TEST_CASE("killed after the server had stored the post, the bot does not post it again") {
    World world(forgetful());
    world.server.next_post(step(Ending::hang, true));
    world.life()->die_while_delivering("2026-1", "text", [&] { return world.server.statuses().size() == 1; });
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.posts() == 1);
}

TEST_CASE("killed before the post was stored, the bot posts it") {
    World world(forgetful());
    SECTION("the request had left") {
        world.server.next_post(step(Ending::hang, false));
        world.life()->die_while_delivering("2026-1", "text", [&] { return world.server.posts() == 1; });
    }
    SECTION("the request had not left") {
        Ledger(world.folder / "blog.sqlite", "blog").begin("2026-1", "text", std::chrono::system_clock::now());
    }
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.looks() == 1);
}

TEST_CASE("killed again and again at the same place, the message is still there once") {
    World world(forgetful());
    for (int i = 0; i < 5; ++i) world.server.next_post(step(Ending::hang, i == 4));
    for (std::size_t i = 1; i <= 5; ++i)
        world.life()->die_while_delivering("2026-1", "text", [&] { return world.server.posts() == i; });
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.posts() == 5);
}

TEST_CASE("what was left open in a life long ago is cleared up like yesterday's") {
    World world(forgetful());
    const auto long_ago = std::chrono::system_clock::now() - Ledger::kept_for - 24h;
    Ledger(world.folder / "blog.sqlite", "blog").begin("2026-1", "text", long_ago);
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("what was sent once is sent again word for word, also when the sentence would read differently now") {
    World world;
    world.server.next_post(step(Ending::hang, false));
    world.life()->die_while_delivering("2026-1", "text", [&] { return world.server.posts() == 1; });
    CHECK(world.life()->settle("2026-1", "another text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("two messages that read alike are two posts") {
    World world(forgetful());
    auto life = world.life();
    CHECK(life->deliver("2026-1", "the same words").kind() == Kind::delivered);
    world.server.next_post(step(Ending::close, GENERATE(true, false)));
    CHECK(life->settle("2026-2", "the same words").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"the same words", "the same words"});
}

TEST_CASE("a lost post is found though much was posted since") {
    World world(forgetful());
    world.server.next_post(step(Ending::close, true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    for (int i = 0; i < 130; ++i) world.server.put_foreign_status("other " + std::to_string(i));
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.posts() == 1);
    CHECK(world.server.looks() == 4);
}

TEST_CASE("while the account cannot be read, nothing is sent again") {
    World world(forgetful());
    world.server.next_post(step(Ending::close, true));
    auto broken = step(GENERATE(Ending::answer, Ending::close, Ending::hang, Ending::truncate), true, 503);
    // More than deliveries: a GET whose kept connection breaks is repeated at once.
    for (int i = 0; i < 8; ++i) world.server.next_look(broken);
    auto life = world.life();
    for (int i = 0; i < 4; ++i) CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    CHECK(world.server.posts() == 1);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("an account is not believed before a lost request has had time to arrive") {
    World world(forgetful());
    world.server.next_post(step(Ending::close, true));
    Life life(world.folder.path(), world.settings(), 1h);
    CHECK(life.deliver("2026-1", "text").kind() == Kind::retry);
    const auto outcome = life.deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::retry);
    REQUIRE(outcome.after());
    CHECK(*outcome.after() > 59min);
    CHECK(world.server.looks() == 0);
}

TEST_CASE("a server that is down gets the message when it is up again, without a look back") {
    World world;
    auto life = world.life();
    CHECK(life->deliver("2026-1", "one").kind() == Kind::delivered);
    world.server.go_down();
    CHECK(life->deliver("2026-2", "two").kind() == Kind::retry);
    world.server.come_up();
    CHECK(life->settle("2026-2", "two").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"one", "two"});
    CHECK(world.server.looks() == 0);
}

TEST_CASE("a post that the server refuses is rejected with its words, and the next one goes on") {
    World world;
    auto refusal = step(Ending::answer, false, GENERATE(400, 413, 422));
    refusal.body = R"({"error":"Validation failed: Text is not to our taste"})";
    world.server.next_post(refusal);
    auto life = world.life();
    const auto outcome = life->deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::rejected);
    CHECK(outcome.why().find("Text is not to our taste") != std::string::npos);
    CHECK(life->deliver("2026-2", "next").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"next"});
}

TEST_CASE("a sentence beyond every limit is fitted to what this server allows") {
    HttpScript::Settings settings;
    settings.characters = GENERATE(140, 500, 5000);
    settings.has_v2_instance = GENERATE(true, false);
    World world(settings);
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "word 👍🏽 ";
    const std::string link = "https://bodhi.example/updates/FEDORA-2026-0123456789#" + std::string(80, 'x');
    CHECK(world.life()->deliver("2026-1", text, link).kind() == Kind::delivered);
    CHECK(world.server.texts().at(0).ends_with("… " + link));
}

TEST_CASE("limits that the server does not tell in trouble are asked for again, not guessed") {
    World world;
    world.server.answer("/api/v2/instance", step(Ending::answer, false, GENERATE(429, 503)));
    auto life = world.life();
    const std::string text(300, 'x');
    CHECK(life->deliver("2026-1", text).kind() == Kind::retry);
    CHECK(world.server.posts() == 0);
    auto well = step(Ending::answer, false);
    well.body = R"({"configuration":{"statuses":{"max_characters":140,"characters_reserved_per_url":23}}})";
    world.server.answer("/api/v2/instance", well);
    CHECK(life->deliver("2026-1", text).kind() == Kind::delivered);
    CHECK(world.server.texts().at(0).size() < 150);
}

TEST_CASE("a token that the server refuses pauses the bridge and loses nothing") {
    World world;
    auto settings = world.settings();
    settings.token = "wrong";
    Life wrong(world.folder.path(), settings);
    const auto outcome = wrong.deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after() == 10min);
    const auto refused = world.server.requests().size();
    CHECK(wrong.deliver("2026-1", "text").after() > 9min);
    CHECK(world.server.requests().size() == refused);  // it does not knock again meanwhile
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.looks() == 0);
    world.complaints = world.server.complaints();
    CHECK(world.complaints.back() == "wrong token on /api/v1/statuses");
}

TEST_CASE("a server that moved pauses the bridge instead of losing posts") {
    World world;
    auto moved = step(Ending::answer, false, 301);
    moved.headers["Location"] = "https://new.example/api/v1/statuses";
    world.server.next_post(moved);
    const auto outcome = world.life()->deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after() == 10min);
    CHECK(outcome.why().find("https://new.example/") != std::string::npos);
}

TEST_CASE("a server that asks for patience gets it") {
    World world;
    auto busy = step(Ending::answer, false, 429);
    busy.headers["Retry-After"] = "90";
    world.server.next_post(busy);
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").after() == 90s);
    const auto again = life->deliver("2026-1", "text");
    CHECK(again.kind() == Kind::retry);
    CHECK(again.after() > 80s);
    CHECK(world.server.posts() == 1);
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.looks() == 0);
}

TEST_CASE("Mastodon's reset time is a wait, in either of its forms") {
    World world;
    auto busy = step(Ending::answer, false, 429);
    busy.headers["X-RateLimit-Reset"] =
        GENERATE(as<std::string>{}, "2990-01-01T00:00:00.000Z", "2100-01-01T00:00:00Z", "4000000000", "soon");
    world.server.next_post(busy);
    const auto after = world.life()->deliver("2026-1", "text").after();
    const bool is_known = busy.headers["X-RateLimit-Reset"] != "soon" && busy.headers["X-RateLimit-Reset"][1] != '9';
    CHECK(after == (is_known ? 1h : std::chrono::minutes(1)));
}

TEST_CASE("an allowance that is used up holds the next post back before the server must") {
    World world;
    auto last = step(Ending::answer, true);
    last.headers["X-RateLimit-Remaining"] = "0";
    last.headers["X-RateLimit-Reset"] = "2100-01-01T00:00:00Z";
    world.server.next_post(last);
    auto life = world.life();
    CHECK(life->deliver("2026-1", "one").kind() == Kind::delivered);
    const auto outcome = life->deliver("2026-2", "two");
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after() > 59min);
    CHECK(world.server.posts() == 1);
    CHECK(life->deliver("2026-1", "one").kind() == Kind::delivered);
}

TEST_CASE("a delivery that is cancelled answers at once, and what it left open is cleared up later") {
    World world(forgetful());
    world.server.next_post(step(Ending::hang, true));
    {
        boost::asio::io_context context;
        auto settings = world.settings();
        settings.timeout = 20s;
        Poster poster("blog", std::make_unique<MastodonApi>(context.get_executor(), settings),
                      std::make_unique<Ledger>(world.folder / "blog.sqlite", "blog"), PosterSettings{});
        auto line = std::make_shared<Line>();
        line->text = "text";
        testing::NoReceipts receipts;
        const Post post(testing::make_message("2026-1"), line, "", {}, Share(receipts, 1, "blog"));
        const Bridge::Batch batch{&post};
        std::optional<Outcomes> outcomes;
        boost::asio::cancellation_signal cancel;
        boost::asio::co_spawn(context, poster.deliver(batch),
                              boost::asio::bind_cancellation_slot(
                                  cancel.slot(), [&](std::exception_ptr, Outcomes got) { outcomes = std::move(got); }));
        while (world.server.statuses().empty()) context.run_one_for(1ms);
        cancel.emit(boost::asio::cancellation_type::terminal);
        for (int i = 0; i < 1000 && !outcomes; ++i) context.run_one_for(1ms);
        REQUIRE(outcomes);
        REQUIRE(outcomes->size() == 1);
        CHECK(outcomes->at(0).kind() == Kind::retry);
    }
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

}  // namespace fedmsgbot
