// The kind `pumpio` against a strict server of that kind, through the engine that all kinds share.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/microblog/pumpio_api.h"
#include "tests/bridges/microblog/account.h"
#include "tests/support/pumpio_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::Life;
using testing::PumpioScript;
using testing::step;
using Ending = HttpScript::Step::Ending;
using Kind = Outcome::Kind;
using Texts = std::vector<std::string>;

struct Pump {
    Pump() : server(std::make_unique<PumpioScript>(testing::OauthSecrets{{{"bot", "s/e+c"}}, {{"token", "t&s"}}})) {}
    ~Pump() { CHECK(server.complaints() == complaints); }

    PumpioSettings settings() const {
        PumpioSettings settings;
        settings.url = server.url();
        settings.user = "bus";
        settings.keys = {"bot", secret, "token", "t&s"};
        settings.is_public = is_public;
        settings.timeout = 1s;
        settings.style.most_characters = 1000;
        return settings;
    }
    std::unique_ptr<Life> life() const {
        PosterSettings poster;
        poster.settling = 0ms;
        return std::make_unique<Life>(
            folder.path(), [ours = settings()](auto executor) { return std::make_unique<PumpioApi>(executor, ours); },
            poster);
    }

    HttpScript server;
    testing::TempFolder folder;
    std::string secret = "s/e+c";
    bool is_public = true;
    Texts complaints{};
};

}  // namespace

TEST_CASE("a note goes to the public by name, with its markup shown and its link a link") {
    Pump world;
    CHECK(world.life()->deliver("2026-1", "<b> & \"c\" </a>", "https://a.example/?x=1&y").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"&lt;b&gt; &amp; &quot;c&quot; &lt;/a&gt; "
                                        "<a href=\"https://a.example/?x=1&amp;y\">https://a.example/?x=1&amp;y</a>"});
    CHECK(world.server.statuses().at(0).visibility == "public");
}

TEST_CASE("a note for followers names nobody") {
    Pump world;
    world.is_public = false;
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.statuses().at(0).visibility == "followers");
}

TEST_CASE("a note whose answer was lost is found in the account's feed and not sent twice") {
    Pump world;
    world.server.next_post(step(GENERATE(Ending::close, Ending::truncate, Ending::hang), true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "a <i> text", "https://a.example/1").kind() == Kind::retry);
    CHECK(world.life()->settle("2026-1", "a <i> text", "https://a.example/1").kind() == Kind::delivered);
    CHECK(world.server.statuses().size() == 1);
    CHECK(world.server.posts() == 1);
    CHECK(world.server.looks() == 1);
}

TEST_CASE("a note that never arrived is sent again after a look to the feed's end") {
    Pump world;
    world.server.next_post(step(Ending::close, false));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("a lost note is found behind a page of others, and two of the same words are two") {
    Pump world;
    auto life = world.life();
    CHECK(life->deliver("2026-0", "text").kind() == Kind::delivered);
    world.server.next_post(step(Ending::close, true));
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    for (int i = 0; i < 120; ++i) world.server.put_foreign_status("by hand " + std::to_string(i));
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.looks() == 2);
    CHECK(world.server.posts() == 2);
    world.server.next_post(step(Ending::close, false));
    CHECK(life->settle("2026-2", "text").kind() == Kind::delivered);  // the others' are known to be theirs
    CHECK(world.server.statuses().size() == 123);
}

TEST_CASE("a wrong signature is a 400 that pauses the bridge and loses nothing") {
    Pump world;
    world.secret = "wrong";
    const auto outcome = world.life()->deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after() == 10min);
    CHECK(outcome.why() == "HTTP 400: Invalid signature");
    world.secret = "s/e+c";
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    world.complaints = world.server.complaints();
    CHECK(world.complaints.size() == 1);
}

TEST_CASE("a signature that is wrong at the look for a lost note pauses the bridge as well") {
    Pump world;
    world.server.next_post(step(Ending::close, true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    auto no = step(Ending::answer, true, 400);
    no.headers["Content-Type"] = "text/plain";
    no.body = "Invalid signature";
    world.server.next_look(no);
    const auto outcome = life->deliver("2026-1", "text");
    CHECK(outcome.after() == 10min);
    CHECK(outcome.why() == "HTTP 400: Invalid signature");
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.posts() == 1);
}

TEST_CASE("what a pump.io server's no means for a note and for the bridge") {
    struct Case {
        int status;
        std::string type;
        std::string body;
        Kind kind;
        std::chrono::milliseconds after;
    };
    const std::string json = "application/json; charset=utf-8";
    const auto [status, type, body, kind, after] = GENERATE_COPY(
        Case{400, json, R"({"error":"Only posting notes"})", Kind::rejected, 0ms},
        Case{400, "text/html", "<html>", Kind::retry, 10min}, Case{401, json, R"({"error":"x"})", Kind::retry, 10min},
        Case{403, json, R"({"error":"x"})", Kind::retry, 10min},
        Case{404, json, R"({"error":"x"})", Kind::retry, 10min},
        Case{413, json, R"({"error":"x"})", Kind::rejected, 0ms},
        Case{429, "text/plain", "calm down", Kind::retry, 60s});
    INFO(status << " " << body);
    Pump world;
    auto no = step(Ending::answer, false, status);
    no.headers["Content-Type"] = type;
    no.body = body;
    world.server.next_post(no);
    const auto outcome = world.life()->deliver("2026-1", "text");
    CHECK(outcome.kind() == kind);
    if (kind != Kind::retry) return;
    CHECK(outcome.after() == after);
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
}

TEST_CASE("a reply that the server fails at twice is given up, and no other note is") {
    Pump world;
    boost::asio::io_context context;
    PumpioApi api(context.get_executor(), world.settings());
    const auto attempt = [&](const std::string& key, const std::string& reply_to) {
        HttpScript::Step failure = step(Ending::answer, false, 500);
        world.server.next_post(failure);
        Submission submission("text", key);
        submission.reply_to = reply_to;
        return testing::run_until_done(context, api.post(std::move(submission), std::chrono::steady_clock::now() + 20s))
            .kind;
    };
    const std::string gone = "https://pump.example/api/note/1";
    CHECK(attempt("first", gone) == Attempt::Kind::unknown);
    CHECK(attempt("second", gone) == Attempt::Kind::unknown);
    CHECK(attempt("second", gone) == Attempt::Kind::refused);
    CHECK(attempt("third", "") == Attempt::Kind::unknown);
    CHECK(attempt("third", "") == Attempt::Kind::unknown);
}

TEST_CASE("an activity is what the server asks for, whatever bytes a text holds") {
    Submission submission("a \xff \"b\" \\ https://a.example/x, y", "key");
    auto activity = nlohmann::json::parse(note_activity(submission, true));
    CHECK(activity["verb"] == "post");
    REQUIRE(activity["to"].size() == 1);
    CHECK(activity["to"][0] ==
          nlohmann::json({{"objectType", "collection"}, {"id", "http://activityschema.org/collection/public"}}));
    CHECK(activity["object"]["objectType"] == "note");
    CHECK(activity["object"]["content"] ==
          "a \ufffd &quot;b&quot; \\ <a href=\"https://a.example/x\">https://a.example/x</a>, y");
    CHECK_FALSE(activity["object"].contains("inReplyTo"));
    submission.reply_to = "https://pump.example/api/comment/1";
    activity = nlohmann::json::parse(note_activity(submission, false));
    CHECK_FALSE(activity.contains("to"));
    CHECK(activity["object"]["objectType"] == "comment");
    CHECK(activity["object"]["inReplyTo"]["objectType"] == "comment");
}

TEST_CASE("a feed gives its posted notes, and where to go on") {
    const auto page = parse_feed(
        R"({"items":[{"id":"a3","verb":"favorite","object":{"id":"o","objectType":"note"}},)"
        R"({"id":"a2","verb":"post","published":"2026-11-28T00:00:00Z","object":{"id":"n2","objectType":"note",)"
        R"("content":"<p>x</p>","url":"https://a.example/n2"}},{"id":"a1","verb":"join"}]})");
    REQUIRE(page);
    CHECK(page->last_activity == "a1");
    REQUIRE(page->notes.size() == 1);
    CHECK(page->notes[0].id == "n2");
    CHECK(page->notes[0].created_at);
    for (const char* text : {"", "[]", "{}", R"({"items":{}})", "<html>"}) CHECK_FALSE(parse_feed(text));
    CHECK_FALSE(parse_posted_note(R"({"id":"a","verb":"join","object":{"id":"n","objectType":"note"}})"));
}

}  // namespace fedmsgbot
