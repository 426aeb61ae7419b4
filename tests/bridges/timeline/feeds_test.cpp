// The feeds of every view, read by a parser that knows nothing of us: Debian's python3-feedparser.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/permanent_id.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/http_call.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

// What feedparser makes of a feed that it fetches itself.
// Of Debian: another interpreter in front of it does not have the parser.
json parsed(const LiveTimeline& timeline, const std::string& target) {
    const std::string script =
        "import feedparser, json, sys\n"
        "f = feedparser.parse(sys.argv[1])\n"
        "print(json.dumps({'bozo': int(f.bozo), 'version': f.version, 'type': f.headers.get('content-type'),\n"
        "  'title': f.feed.get('title'), 'id': f.feed.get('id'), 'updated': f.feed.get('updated_parsed'),\n"
        "  'links': {l.rel: l.href for l in f.feed.links},\n"
        "  'entries': [{'id': e.id, 'title': e.title, 'link': e.link, 'date': (e.get('published_parsed') or\n"
        "  e.get('updated_parsed')), 'author': e.author, 'tags': [t.term for t in e.tags]} for e in f.entries]}))\n";
    const auto done = run({"/usr/bin/python3", "-c", script, timeline.url(target)});
    INFO(done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

void add_pushes(LiveTimeline& timeline, int count) {
    for (int i = 1; i <= count; ++i) {
        auto line = full_line(fmt::format("push <{}> & more", i), i % 2 == 0 ? "git" : "bodhi");
        timeline.add(message(fmt::format("id-{}", i)), line, at_second(1385298000 + i));
    }
    timeline.deliver();
}

}  // namespace

TEST_CASE("an independent parser reads the Atom and the RSS feed of a view alike") {
    LiveTimeline timeline;
    add_pushes(timeline, 130);
    const auto [file, version, type] = GENERATE(table<std::string, std::string, std::string>({
        {"feed.atom", "atom10", "application/atom+xml; charset=utf-8"},
        {"feed.rss", "rss20", "application/rss+xml; charset=utf-8"},
    }));
    const auto feed = parsed(timeline, "/" + file + "?category=git&not_user=x");
    CHECK(feed["bozo"] == 0);
    CHECK(feed["version"] == version);
    CHECK(feed["type"] == type);
    CHECK(feed["title"] == "git, not x · Fedora message bus");
    CHECK(feed["updated"][4] == 2);
    REQUIRE(feed["entries"].size() == 50);
    const auto& first = feed["entries"][0];
    CHECK(first["id"] == permanent_id("id-130"));
    CHECK(first["title"].get<std::string>().find("130") != std::string::npos);
    CHECK(first["link"] == timeline.url("/m/130"));
    CHECK(first["author"] == "ralph");
    CHECK(first["date"][5] == 10);
    CHECK(first["tags"] == json({"git", "kernel", "python-fedmsg"}));
    CHECK(feed["links"]["self"] == timeline.url("/" + file + "?category=git&not_user=x"));
    CHECK(feed["links"]["next"] == timeline.url("/" + file + "?category=git&not_user=x&before=32"));
    CHECK(feed["links"]["alternate"] == timeline.url("/?category=git&not_user=x"));
    const auto last = parsed(timeline, "/" + file + "?category=git&not_user=x&before=32");
    CHECK(last["entries"].size() == 15);
    CHECK_FALSE(last["links"].contains("next"));
    CHECK(last["id"] == feed["id"]);
    if (file == "feed.atom") CHECK(feed["id"] != parsed(timeline, "/feed.atom")["id"]);
}

TEST_CASE("the JSON feed says the same") {
    LiveTimeline timeline;
    add_pushes(timeline, 130);
    const auto feed = json::parse(http_call(timeline.port(), "GET", "/feed.json?category=git").body);
    CHECK(feed["version"] == "https://jsonfeed.org/version/1.1");
    CHECK(feed["feed_url"] == timeline.url("/feed.json?category=git"));
    CHECK(feed["home_page_url"] == timeline.url("/?category=git"));
    CHECK(feed["next_url"] == timeline.url("/feed.json?category=git&before=32"));
    REQUIRE(feed["items"].size() == 50);
    const auto& first = feed["items"][0];
    CHECK(first["id"] == permanent_id("id-130"));
    CHECK(first["title"] == "push <130> & more");
    CHECK(first["content_html"].get<std::string>().starts_with("<p dir=\"auto\">push &lt;130&gt; &amp; more</p>"));
    CHECK(first["date_published"] == "2013-11-24T13:02:10Z");
    CHECK(first["external_url"] == "https://bodhi.example.org/updates/FEDORA-2013-1234");
    CHECK(first["authors"][0]["name"] == "ralph");
}

TEST_CASE("feeds of hostile messages are well-formed, and say no more than text") {
    LiveTimeline timeline;
    const std::string evil = "]]></item></channel>\x01\xff\u202e<script>alert(1)</script>&amp;";
    auto line = full_line(evil, evil);
    line->agent = line->long_form = evil;
    line->packages = {evil};
    line->link = "javascript:alert(1)";
    timeline.add(message("id-1"), line, at_second(1385298309));
    timeline.deliver();
    TempFolder folder;
    for (const auto* file : {"/feed.atom", "/feed.rss"}) {
        INFO(file);
        write_file(folder / "feed.xml", http_call(timeline.port(), "GET", file).body);
        const auto checked = run({"xmllint", "--noout", "--nonet", folder / "feed.xml"});
        INFO(checked.errors);
        CHECK(checked.status == 0);
        const auto feed = parsed(timeline, file);
        CHECK(feed["bozo"] == 0);
        CHECK(feed["entries"].size() == 1);
        CHECK(feed["entries"][0]["link"] == timeline.url("/m/1"));
    }
    const auto feed = json::parse(http_call(timeline.port(), "GET", "/feed.json").body);
    CHECK_FALSE(feed["items"][0].contains("external_url"));
    CHECK(feed["items"][0]["content_html"].get<std::string>().find("<script") == std::string::npos);
}

TEST_CASE("a feed that a reader has already costs a line, and one that it has not is compressed") {
    LiveTimeline timeline;
    add_pushes(timeline, 60);
    for (const auto* file : {"/feed.atom", "/feed.rss", "/feed.json"}) {
        INFO(file);
        const auto fetch = [&timeline, file](const std::vector<std::string>& more) {
            std::vector<std::string> words = {"curl", "-sS", "-i", "--max-time", "10", timeline.url(file)};
            words.insert(words.end(), more.begin(), more.end());
            return run(words).output;
        };
        const auto whole = fetch({"--compressed"});
        CHECK(whole.find("Content-Encoding: gzip") != std::string::npos);
        CHECK(whole.find("push") != std::string::npos);
        const auto at = whole.find("ETag: ") + 6;
        const auto tag = whole.substr(at, whole.find("\r\n", at) - at);
        CHECK(fetch({"-H", "If-None-Match: " + tag}).starts_with("HTTP/1.1 304"));
        timeline.add("another");
        timeline.deliver();
        CHECK(fetch({"-H", "If-None-Match: " + tag}).starts_with("HTTP/1.1 200"));
    }
}
