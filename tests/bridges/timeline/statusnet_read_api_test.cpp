// StatusNet's questions, and its feed read by a parser that knows nothing of us.

#include "bridges/timeline/statusnet_read_api.h"

#include "tests/bridges/timeline/stored_timeline.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

std::vector<int> ids(const json& list) {
    std::vector<int> out;
    for (const auto& notice : list) out.push_back(notice.at("id"));
    return out;
}

// What Debian's feedparser reads: the ids, and the link to what is older.
json parsed(const std::string& feed) {
    const std::string script =
        "import feedparser, json, sys\n"
        "feed = feedparser.parse(sys.stdin.buffer.read())\n"
        "links = {l['rel']: l['href'] for l in feed.feed.links}\n"
        "print(json.dumps({'bad': feed.bozo, 'links': links, 'ids': [e.id for e in feed.entries],"
        " 'titles': [e.title for e in feed.entries]}))\n";
    Process::Options options;
    options.input = feed;
    const auto done = run({"/usr/bin/python3", "-c", script}, options);
    INFO(done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

}  // namespace

TEST_CASE("a notice has the fields that Twitter's clients of the time read") {
    StoredTimeline timeline;
    timeline.add(*full_line("toshio <commented> & left", "git"), at_second(1385298309));
    const auto notice = timeline.ask("/api/statuses/public_timeline.json")[0];
    CHECK(notice["id"] == 1);
    CHECK(notice["text"] == "toshio <commented> & left https://bodhi.example.org/updates/FEDORA-2013-1234");
    CHECK(notice["created_at"] == "Sun Nov 24 13:05:09 +0000 2013");
    CHECK(notice["source"] == "fedmsgbot");
    CHECK(notice["truncated"] == false);
    CHECK(notice["in_reply_to_status_id"].is_null());
    CHECK(notice["statusnet_html"].get<std::string>().find("&lt;commented&gt; &amp; left") != std::string::npos);
    CHECK(notice["user"]["screen_name"] == "git");
    CHECK(notice["user"]["id"].is_number_integer());
    CHECK(notice["user"]["statuses_count"] == 1);
    CHECK(notice["user"]["statusnet_profile_url"] == "https://bus.example.org/?category=git");
    CHECK(timeline.ask("/api/statuses/show/1.json") == notice);
    const std::string number = notice["user"]["id"].dump();
    for (const std::string& target : {std::string("/api/users/show/git.json"), "/api/users/show.json?user_id=" + number,
                                      std::string("/api/users/show.json?screen_name=Git")})
        CHECK(timeline.ask(target) == notice["user"]);
}

TEST_CASE("notices are cut by since_id, max_id, count and page") {
    StoredTimeline timeline;
    timeline.add_many(60);
    const auto [target, found] = GENERATE(table<std::string, std::vector<int>>({
        {"public_timeline.json?count=3", {60, 59, 58}},
        {"public_timeline.json?count=3&page=2", {57, 56, 55}},
        {"public_timeline.json?count=2&page=1&max_id=10", {10, 9}},
        {"public_timeline.json?since_id=8&max_id=10", {10, 9}},
        {"public_timeline.json?count=1&max_id=9223372036854775807", {60}},
        {"public_timeline.json?max_id=0", {}},
        {"public_timeline.json?since_id=58", {60, 59}},
        {"user_timeline/git.json?count=2", {60, 58}},
        {"user_timeline/bodhi.json?count=2&page=2", {55, 53}},
        {"user_timeline.json?screen_name=git&count=1", {60}},
        {"user_timeline.json?id=bodhi&count=1", {59}},
        {"user_timeline.json?count=2", {60, 59}},
        {"user_timeline/bus.json?count=1", {60}},
    }));
    CHECK(ids(timeline.ask("/api/statuses/" + target)) == found);
}

TEST_CASE("notices are paged through, each once") {
    StoredTimeline timeline;
    timeline.add_many(90);
    std::vector<int> seen;
    for (int page = 1; page <= 5; ++page)
        for (const int id : ids(timeline.ask("/api/statuses/public_timeline.json?page=" + std::to_string(page))))
            seen.push_back(id);
    REQUIRE(seen.size() == 90);
    for (int i = 0; i < 90; ++i) CHECK(seen[static_cast<std::size_t>(i)] == 90 - i);
}

TEST_CASE("StatusNet's Atom is the timeline's own feed at another address") {
    StoredTimeline timeline;
    timeline.add_many(50);
    const auto answer = timeline.get("/api/statuses/user_timeline/git.atom?count=10");
    CHECK(answer.status == 200);
    CHECK(answer.type == "application/atom+xml; charset=utf-8");
    const auto first = parsed(answer.body);
    CHECK(first["bad"] == false);
    CHECK(first["titles"].size() == 10);
    CHECK(first["titles"][0] == "sentence 50.");
    const std::string next = first["links"]["next"];
    CHECK(next == "https://bus.example.org/api/statuses/user_timeline/git.atom?category=git&max_id=31");
    const auto second = parsed(timeline.get(next.substr(next.find("/api/"))).body);
    CHECK(second["titles"][0] == "sentence 30.");
    const auto own = parsed(timeline.get("/feed.atom?category=git").body);
    CHECK(own["ids"][0] == first["ids"][0]);
    CHECK(parsed(timeline.get("/api/statuses/public_timeline.atom").body)["ids"].size() == 20);
}

TEST_CASE("a user's Atom is paged through to its end, however the user is named") {
    StoredTimeline timeline;
    timeline.add_many(50);
    const auto target = GENERATE(as<std::string>(), "user_timeline.atom?screen_name=git",
                                 "user_timeline/git.atom?count=1", "user_timeline.atom?id=git&page=1&count=25");
    std::vector<std::string> titles;
    std::string next = "/api/statuses/" + target;
    for (int pages = 0; !next.empty() && pages < 10; ++pages) {
        const auto feed = parsed(timeline.get(next).body);
        for (const auto& title : feed["titles"]) titles.push_back(title);
        next = feed["links"].contains("next") ? without_origin(feed["links"]["next"]) : "";
    }
    CHECK(next.empty());
    REQUIRE(titles.size() == 25);
    for (std::size_t i = 0; i < titles.size(); ++i) CHECK(titles[i] == fmt::format("sentence {}.", 50 - 2 * i));
}

TEST_CASE("StatusNet's Atom is as new as the timeline, whatever its entries' times") {
    StoredTimeline timeline;
    timeline.add_many(1);
    for (const std::string name : {"public_timeline", "user_timeline/bodhi"})
        CHECK(timeline.get("/api/statuses/" + name + ".atom").modified == timeline.store.changed_at());
}

TEST_CASE("the site's configuration and version are told, and mistakes in StatusNet's form") {
    StoredTimeline timeline("https://bus.example.org/sub/path");
    const auto config = timeline.ask("/sub/path/api/statusnet/config.json");
    CHECK(config["site"]["server"] == "bus.example.org");
    CHECK(config["site"]["path"] == "sub/path");
    CHECK(config["site"]["textlimit"] == "0");
    CHECK(config["site"]["closed"] == "true");
    CHECK(timeline.ask("/api/gnusocial/config.json") == config);
    CHECK(timeline.ask("/api/statusnet/version.json").get<std::string>().starts_with("1.1.1"));
    const auto missing = timeline.ask("/api/statuses/user_timeline/nobody.json", 404);
    CHECK(missing == json{{"error", "No such user."}, {"request", "/api/statuses/user_timeline/nobody.json"}});
    CHECK(timeline.get("/api/statuses/user_timeline/nobody.atom").status == 404);
    timeline.ask("/api/statuses/public_timeline.json?count=-1", 400);
    timeline.ask("/api/statuses/public_timeline.json?page=0", 400);
    timeline.ask("/api/statuses/public_timeline.json?page=1000000", 400);
    timeline.ask("/api/statuses/friends_timeline.json", 401);
    timeline.ask("/api/statuses/show/1.json", 404);
}
