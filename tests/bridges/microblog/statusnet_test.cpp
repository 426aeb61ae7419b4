// The kind `statusnet` against a strict server of that kind, through the engine that all kinds share.
#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "bridges/microblog/statusnet_api.h"
#include "tests/bridges/microblog/account.h"
#include "tests/support/statusnet_script.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;
using testing::HttpScript;
using testing::Life;
using testing::StatusnetScript;
using testing::step;
using Ending = HttpScript::Step::Ending;
using Kind = Outcome::Kind;
using Texts = std::vector<std::string>;

StatusnetScript::Settings with_oauth() {
    StatusnetScript::Settings settings;
    settings.secrets = {{{"bot", "s/e+c"}}, {{"token", "t&s"}}};
    return settings;
}

// A server, and a folder for the bot's lives.
struct Identica {
    explicit Identica(StatusnetScript::Settings settings = {})
        : Identica(std::make_unique<StatusnetScript>(std::move(settings))) {}
    ~Identica() { CHECK(server.complaints() == complaints); }

    std::unique_ptr<Life> life() {
        StatusnetSettings settings;
        settings.url = server.url() + script->settings.root;
        if (script->desk) {
            settings.keys = {"bot", "s/e+c", "token", "t&s"};
        } else {
            settings.user = "bus";
            settings.password = password;
        }
        settings.source = "fedmsgbot";
        settings.style.most_characters = max_characters;
        settings.timeout = 1s;
        PosterSettings poster;
        poster.settling = 0ms;
        return std::make_unique<Life>(
            folder.path(), [settings](auto executor) { return std::make_unique<StatusnetApi>(executor, settings); },
            poster);
    }
    Texts commands() const {
        Texts commands;
        server.while_still([&] { commands = script->commands; });
        return commands;
    }

    StatusnetScript* script;
    HttpScript server;
    testing::TempFolder folder;
    std::string password = "p@ss";
    std::size_t max_characters = 1000;
    Texts complaints{};

private:
    explicit Identica(std::unique_ptr<StatusnetScript> account) : script(account.get()), server(std::move(account)) {}
};

}  // namespace

TEST_CASE("a notice is posted by password or by signature, wherever the API's root is") {
    auto settings = GENERATE(StatusnetScript::Settings{}, with_oauth());
    settings.root = GENERATE("/api", "/index.php/api");
    settings.config = GENERATE("statusnet", "gnusocial");
    Identica world(settings);
    CHECK(world.life()->deliver("2026-1", "kevin pushed", "https://a.example/1?b=c&d=%20e").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"kevin pushed https://a.example/1?b=c&d=%20e"});
    CHECK(world.server.statuses().at(0).key == "fedmsgbot");  // the source
}

TEST_CASE("a text that the server would take for a command is posted all the same") {
    Identica world;
    auto life = world.life();
    CHECK(life->deliver("2026-0", "the first").kind() == Kind::delivered);
    Texts shown{"the first"};
    int number = 0;
    for (const char* text :
         {"d kevin hello there", "On", "follow kevin", "STOP", "list a b c", "RT 12", "untrack it"}) {
        INFO(text);
        CHECK(life->deliver("2026-1" + std::to_string(++number), text).kind() == Kind::delivered);
        shown.push_back("\u200b" + std::string(text));
    }
    CHECK(world.server.texts() == shown);
    CHECK(world.commands().empty());
    CHECK(world.server.looks() == 0);
}

TEST_CASE("a command of a plugin that nobody foresaw is noticed by its answer and posted behind a guard") {
    StatusnetScript::Settings settings;
    settings.more_commands = {"summon"};
    Identica world(settings);
    auto life = world.life();
    const bool has_history = GENERATE(true, false);
    if (has_history) CHECK(life->deliver("2026-0", "the first").kind() == Kind::delivered);
    CHECK(life->deliver("2026-1", "summon kevin").kind() == Kind::retry);
    CHECK(world.commands() == Texts{"summon kevin"});
    CHECK(life->settle("2026-1", "summon kevin").kind() == Kind::delivered);
    CHECK(world.server.texts().back() == "\u200bsummon kevin");
    CHECK(world.server.texts().size() == (has_history ? 2 : 1));
    CHECK(world.commands().size() == 1);
}

TEST_CASE("what the server would decode reads as it was meant") {
    Identica world;
    const std::string text = "fix &lt;b&gt; and &amp; and &hellip; & R&D; &#39;x&#39; <i>";
    CHECK(world.life()->deliver("2026-1", text).kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{text});
}

TEST_CASE("a sentence is fitted to the server's limit, counted as it counts, also behind a guard") {
    StatusnetScript::Settings settings;
    settings.text_limit = "140";
    if (GENERATE(true, false)) settings.content_limit = 200;
    const std::size_t limit = settings.content_limit.value_or(140);
    Identica world(settings);
    std::string text = GENERATE("join ", "");
    for (int i = 0; i < 300; ++i) text += "word 👍🏽 ";
    const std::string link = "https://bodhi.example/updates/FEDORA-2026-0123456789";
    CHECK(world.life()->deliver("2026-1", text, link).kind() == Kind::delivered);
    CHECK(world.server.texts().at(0).ends_with("… " + link));
    CHECK(code_points(world.server.texts().at(0)) <= limit);
    CHECK(code_points(world.server.texts().at(0)) > limit - 12);
}

TEST_CASE("a notice that a new life sends again is fitted to the limit as well") {
    StatusnetScript::Settings settings;
    settings.text_limit = "140";
    Identica world(settings);
    std::string text;
    for (int i = 0; i < 30; ++i) text += "&lt;";  // spelt out for the server, that is twice as long
    world.server.next_post(step(Ending::close, false));
    CHECK(world.life()->deliver("2026-1", text).kind() == Kind::retry);
    CHECK(world.life()->settle("2026-1", text).kind() == Kind::delivered);
    CHECK(world.server.texts().size() == 1);
}

TEST_CASE("a server without a limit leaves it to the operator's") {
    Identica world;
    world.max_characters = 300;
    std::string text;
    for (int i = 0; i < 300; ++i) text += "word ";
    CHECK(world.life()->deliver("2026-1", text).kind() == Kind::delivered);
    CHECK(code_points(world.server.texts().at(0)) <= 300);
    CHECK(code_points(world.server.texts().at(0)) > 290);
}

TEST_CASE("a server that tells no limit is taken for one of 140 characters") {
    StatusnetScript::Settings settings;
    settings.config = "none";
    Identica world(settings);
    CHECK(world.life()->deliver("2026-1", std::string(500, 'x')).kind() == Kind::delivered);
    CHECK(code_points(world.server.texts().at(0)) == 139);
}

TEST_CASE("a notice whose answer was lost is found, also with its address shortened, and not sent twice") {
    const auto ending = GENERATE(Ending::close, Ending::truncate, Ending::hang);
    Identica world(GENERATE(StatusnetScript::Settings{}, with_oauth()));
    auto life = world.life();
    CHECK(life->deliver("2026-0", "before").kind() == Kind::delivered);
    world.server.next_post(step(ending, true));
    const std::string link = "https://a.example/" + std::string(GENERATE(10, 150), 'x');
    CHECK(life->deliver("2026-1", "d kevin &lt;text&gt;", link).kind() == Kind::retry);
    CHECK(world.life()->settle("2026-1", "d kevin &lt;text&gt;", link).kind() == Kind::delivered);
    CHECK(world.server.statuses().size() == 2);
    CHECK(world.server.posts() == 2);
    CHECK(world.server.looks() == 1);
}

TEST_CASE("a notice that never arrived is sent again after a look") {
    Identica world;
    world.server.next_post(step(Ending::close, false));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("a failure after the notice was taken, a page and a login portal's yes are cleared up by a look") {
    Identica world;
    auto bad = step(Ending::answer, true, GENERATE(500, 502, 200));
    bad.headers["Content-Type"] = "text/html";
    bad.body = "<html><body><h1>Hello</h1></body></html>";
    world.server.next_post(bad);
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.posts() == 1);
}

TEST_CASE("two messages of the same words are two notices, the second when the server takes repeats again") {
    StatusnetScript::Settings settings;
    settings.dupelimit = 3s;
    settings.speaks_german = GENERATE(false, true);
    Identica world(settings);
    auto life = world.life();
    CHECK(life->deliver("2026-1", "the same").kind() == Kind::delivered);
    const auto refused = life->deliver("2026-2", "the same");
    CHECK(refused.kind() == Kind::retry);
    CHECK(refused.after() == 60s);
    // Another life does not remember that it is to wait; it is refused or not, but never takes the first for its own.
    Outcome outcome = Outcome::retry("not tried");
    testing::eventually([&] {
        outcome = world.life()->deliver("2026-2", "the same");
        return outcome.kind() == Kind::delivered;
    });
    CHECK(outcome.kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"the same", "the same"});
}

TEST_CASE("a repeat that is refused since the first attempt had arrived is found to be ours") {
    Identica world;
    world.server.next_post(step(Ending::close, true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    // The first look finds nothing, as on a server whose timeline lags.
    auto empty = step(Ending::answer, true);
    empty.body = "[]";
    world.server.next_look(empty);
    const auto repeated = life->deliver("2026-1", "text");
    CHECK(repeated.kind() == Kind::retry);
    CHECK(repeated.after() < 60s);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
    CHECK(world.server.posts() == 2);
}

TEST_CASE("an account that said too much in a while waits, in whatever language it is told, and loses nothing") {
    StatusnetScript::Settings settings;
    settings.speaks_german = GENERATE(false, true);
    Identica world(settings);
    world.server.while_still([&] { world.script->throttle_count = 20; });
    for (int i = 0; i < 20; ++i) world.server.put_foreign_status("by hand " + std::to_string(i));
    const auto refused = world.life()->deliver("2026-1", "text");
    CHECK(refused.kind() == Kind::retry);
    CHECK(refused.after() == 60s);
    CHECK(world.server.statuses().size() == 20);
    world.server.while_still([&] { world.script->throttle_count = 21; });
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts().back() == "text");
}

TEST_CASE("what a server's no means for a notice and for the bridge") {
    struct Case {
        int status;
        std::string error;
        Kind kind;
        std::chrono::milliseconds after;
    };
    const auto [status, error, kind, after] = GENERATE(
        Case{413, "Maximum notice size is 140 characters.", Kind::rejected, 0ms},
        Case{406, "That's too long.", Kind::rejected, 0ms},
        Case{403, "That's too long. Maximum notice size is 140 characters.", Kind::rejected, 0ms},
        Case{403, "You are banned from posting notices on this site.", Kind::retry, 10min},
        Case{401, "Could not authenticate you.", Kind::retry, 10min}, Case{404, "No such user.", Kind::retry, 10min},
        Case{404, "API method not found.", Kind::retry, 10min},
        Case{400, "Too many notices too fast; take a breather and post again in a few minutes.", Kind::retry, 60s},
        Case{500, "Too many duplicate messages too quickly; take a breather.", Kind::retry, 60s},
        Case{400, "Problem saving notice.", Kind::rejected, 0ms}, Case{429, "Slow down", Kind::retry, 60s});
    INFO(status << " " << error);
    Identica world;
    auto no = step(Ending::answer, false, status);
    no.body = R"({"error":")" + error + R"(","request":"/api"})";
    world.server.next_post(no);
    auto life = world.life();
    const auto outcome = life->deliver("2026-1", "text");
    CHECK(outcome.kind() == kind);
    if (kind == Kind::retry) CHECK(outcome.after() == after);
    CHECK(outcome.why().find(error.substr(0, 20)) != std::string::npos);
    CHECK(world.server.texts().empty());
    // Nothing is lost but what the server will not have.
    if (kind == Kind::retry) CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
}

TEST_CASE("a refusal in words that nobody reads loses nothing while the account cannot be read either") {
    Identica world;
    auto no = step(Ending::answer, false, 400);
    no.body = R"({"error":"Nein."})";
    world.server.next_post(no);
    world.server.next_look(step(Ending::answer, true, 502));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.texts() == Texts{"text"});
}

TEST_CASE("an account that is gone at the look for a lost notice pauses the bridge as well") {
    Identica world;
    world.server.next_post(step(Ending::close, true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    auto no = step(Ending::answer, true, 404);
    no.body = R"({"error":"No such user.","request":"/api"})";
    world.server.next_look(no);
    CHECK(life->deliver("2026-1", "text").after() == 10min);
    CHECK(world.life()->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.posts() == 1);
}

TEST_CASE("a wrong password pauses the bridge and loses nothing") {
    Identica world;
    world.password = "wrong";
    const auto outcome = world.life()->deliver("2026-1", "text");
    CHECK(outcome.kind() == Kind::retry);
    CHECK(outcome.after() == 10min);
    world.password = "p@ss";
    CHECK(world.life()->deliver("2026-1", "text").kind() == Kind::delivered);
    world.complaints = world.server.complaints();
    CHECK(world.complaints.size() == 3);  // the limits, in two places, and the notice
}

TEST_CASE("a lost notice is found behind pages of somebody else's") {
    Identica world;
    world.server.next_post(step(Ending::close, true));
    auto life = world.life();
    CHECK(life->deliver("2026-1", "text").kind() == Kind::retry);
    for (int i = 0; i < 150; ++i) world.server.put_foreign_status("by hand " + std::to_string(i));
    CHECK(life->settle("2026-1", "text").kind() == Kind::delivered);
    CHECK(world.server.looks() == 2);
    CHECK(world.server.posts() == 1);
}

TEST_CASE("what a server tells of its limits is read, and what is none is not believed") {
    const auto characters = [](const std::string& json) {
        const auto limits = parse_statusnet_limits(json, 1000);
        return limits ? static_cast<int>(limits->characters) : -1;
    };
    CHECK(characters(R"({"site":{"textlimit":"140"}})") == 140);
    CHECK(characters(R"({"site":{"textlimit":140},"notice":{"contentlimit":null}})") == 140);
    CHECK(characters(R"({"site":{"textlimit":"140"},"notice":{"contentlimit":"500"}})") == 500);
    CHECK(characters(R"({"site":{"textlimit":"0"}})") == 1000);
    CHECK(characters(R"({"site":{"textlimit":"70000"}})") == 1000);
    for (const char* json : {"", "[]", "{}", R"({"site":{"textlimit":"many"}})", R"({"site":{"textlimit":-1}})",
                             R"({"site":{"textlimit":"3"}})", R"({"site":{"textlimit":true}})", "<html>"})
        CHECK(characters(json) == -1);
}

TEST_CASE("notices are read whatever their ids are, and what is none is left out") {
    const auto posts =
        parse_notices(R"([{"id":12,"text":"a <b> & c","created_at":"Sat Nov 28 00:10:00 +0000 2026","uri":"tag:x"},)"
                      R"({"id":"13","text":"x","external_url":"https://a.example/13"},{"text":"no id"},7,{"id":0}])");
    REQUIRE(posts);
    REQUIRE(posts->size() == 2);
    CHECK(posts->at(0).id == "12");
    CHECK(posts->at(0).url.empty());
    CHECK(posts->at(0).html == "a &lt;b&gt; &amp; c");
    CHECK(posts->at(0).created_at);
    CHECK(posts->at(1).id == "13");
    CHECK(posts->at(1).url == "https://a.example/13");
    CHECK_FALSE(posts->at(1).created_at);
    CHECK_FALSE(parse_notices("{}"));
    CHECK_FALSE(parse_notice("[]"));
}

TEST_CASE("a shortened address is the same post, another sentence or another number of addresses is not") {
    const std::string sent = "kevin built it https://koji.example/koji/buildinfo?buildID=2412345 x";
    CHECK(reads_alike_but_for_addresses(sent, "kevin built it https://s.example/u/1 x"));
    CHECK_FALSE(reads_alike_but_for_addresses(sent, "lena built it https://s.example/u/1 x"));
    CHECK_FALSE(reads_alike_but_for_addresses(sent, "kevin built it x"));
    CHECK_FALSE(
        reads_alike_but_for_addresses(sent, "kevin built it https://koji.example/koji/buildinfo?buildID=2412346 x"));
    CHECK_FALSE(reads_alike_but_for_addresses("kevin built it", "kevin built it"));
}

}  // namespace fedmsgbot
