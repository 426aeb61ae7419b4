// Feeds against what their specifications say: by schemas, by a second parser that knows nothing of us (Perl's
// XML::Feed; feeds_test.cpp has Python's), and by the rules of JSON Feed.
#include <set>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/permanent_id.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/http_call.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i)
        timeline.add(message(fmt::format("id-{}", i)),
                     full_line(fmt::format("push {}", i), i % 2 == 0 ? "git" : "bodhi"), at_second(1385298000 + i));
    timeline.deliver();
}

// In the text, in every field, and in the query: markup of each format, control and bidirectional characters, bytes
// that are no text, entities, and what ends sections.
const std::vector<std::string> hostile = {
    "]]></description></item></channel></rss>",
    "<!-- --><![CDATA[ ]]><?xml version='1.0'?><!DOCTYPE x>",
    "&lt;script&gt;&#x0;&#27;&nbsp;&unknown;",
    std::string("\x00\x01\x08\x0b\x0c\x0e\x1f\x7f", 8),
    "\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80",
    "\u202e\u2066evil\u2069 \u200f \ufeff",
    "\uffff\ufffe\U0001ffff",
    "\"' onmouseover='alert(1)",
    "\\u0000 \" \\ \n\r\t \u2028",
    "{{ x }} %s ${y}",
};

void add_hostile(LiveTimeline& timeline) {
    int number = 0;
    for (const auto& text : hostile) {
        auto line = full_line(text, text);
        line->title = line->agent = line->long_form = line->icon = text;
        line->packages = line->usernames = line->objects = {text};
        line->link = number % 2 == 0 ? "javascript:" + text : "https://example.org/?" + text;
        timeline.add(message("hostile-" + std::to_string(number)), line, at_second(1385298000 + number));
        ++number;
    }
    timeline.deliver();
}

void check_schema(const std::string& schema, const std::string& xml) {
    TempFolder folder;
    write_file(folder / "feed.xml", xml);
    const auto path = source_folder() / "tests/bridges/timeline/schemas" / schema;
    const auto checked = run({"xmllint", "--noout", "--nonet", "--relaxng", path, folder / "feed.xml"});
    INFO(checked.errors);
    CHECK(checked.status == 0);
}

std::string fetch(const LiveTimeline& timeline, const std::string& target) {
    const auto answer = http_call(timeline.port(), "GET", target);
    INFO(target << '\n' << answer.body);
    CHECK(answer.status == 200);
    return answer.body;
}

const std::vector<std::string> views = {"", "?category=git", "?category=git&before=90", "?user=nobody",
                                        "?not_package=%22%3E%3Cscript%3E&contains=%5D%5D%3E%26"};

// What Perl's XML::Feed, which fetches nothing, makes of a feed.
json perl_reads(const std::string& feed) {
    TempFolder folder;
    write_file(folder / "feed.xml", feed);
    const std::string script =
        "use XML::Feed; use JSON::PP;\n"
        "sub text { my $s = shift // ''; utf8::decode($s) unless utf8::is_utf8($s); return $s }\n"  // bytes or text
        "my $f = XML::Feed->parse($ARGV[0]) or die XML::Feed->errstr;\n"
        "print JSON::PP->new->utf8->canonical->encode({format => $f->format, title => text($f->title), link => "
        "$f->link,\n"
        "  entries => [map {{id => $_->id, title => text($_->title), link => $_->link, content => "
        "text($_->content->body),\n"
        "  author => text($_->author), date => ($_->issued // $_->modified)->epoch}} $f->entries]});\n";
    const auto done = run({"/usr/bin/perl", "-e", script, folder / "feed.xml"});
    INFO(done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

bool is_address(const json& value) {
    return value.is_string() &&
           (value.get<std::string>().starts_with("http://") || value.get<std::string>().starts_with("https://"));
}

// https://www.jsonfeed.org/version/1.1/: what must be there, what may be, and of which type.
void check_json_feed(const json& feed) {
    const std::set<std::string> of_feed = {"version",     "title",    "home_page_url", "feed_url",
                                           "description", "next_url", "language",      "authors",
                                           "items",       "icon",     "favicon"};
    const std::set<std::string> of_item = {"id",           "url",     "external_url",   "title",         "content_html",
                                           "content_text", "summary", "date_published", "date_modified", "authors",
                                           "tags",         "language"};
    CHECK(feed["version"] == "https://jsonfeed.org/version/1.1");
    CHECK(feed["title"].is_string());
    for (const auto& [key, value] : feed.items()) CHECK((of_feed.count(key) == 1 || key.starts_with('_')));
    for (const auto* key : {"home_page_url", "feed_url"}) CHECK(is_address(feed[key]));
    if (feed.contains("next_url")) {
        CHECK(is_address(feed["next_url"]));
        CHECK(feed["next_url"] != feed["feed_url"]);
    }
    REQUIRE(feed["items"].is_array());
    std::set<std::string> ids;
    for (const auto& item : feed["items"]) {
        INFO(item.dump(1));
        for (const auto& [key, value] : item.items()) CHECK((of_item.count(key) == 1 || key.starts_with('_')));
        CHECK(ids.insert(item["id"].get<std::string>()).second);
        CHECK((item.contains("content_html") || item.contains("content_text")));
        CHECK(is_address(item["url"]));
        if (item.contains("external_url")) CHECK(is_address(item["external_url"]));
        const auto date = item["date_published"].get<std::string>();
        CHECK((date.size() == 20 && date[10] == 'T' && date.back() == 'Z'));
        for (const auto& tag : item["tags"]) CHECK(tag.is_string());
        for (const auto& author : item.value("authors", json::array()))
            CHECK((author.contains("name") || author.contains("url") || author.contains("avatar")));
    }
}

}  // namespace

TEST_CASE("every view's feeds are valid by their schemas, full, empty and of hostile messages") {
    LiveTimeline timeline;
    add(timeline, 1, 130);
    add_hostile(timeline);
    for (const auto& view : views) {
        INFO(view);
        check_schema("atom.rng", fetch(timeline, "/feed.atom" + view));
        check_schema("rss.rng", fetch(timeline, "/feed.rss" + view));
        check_json_feed(json::parse(fetch(timeline, "/feed.json" + view)));
    }
}

TEST_CASE("the schemas refuse what is no feed of ours") {
    LiveTimeline timeline;
    add(timeline, 1, 2);
    const auto [schema, file, part, instead] = GENERATE(table<std::string, std::string, std::string, std::string>({
        {"atom.rng", "/feed.atom", "<updated>2013-11-24T13:00:02Z</updated>\n<author>", "<author>"},
        {"atom.rng", "/feed.atom", "Z</updated>", "+00:00</updated>"},
        {"atom.rng", "/feed.atom", "<id>urn:uuid:", "<id>urn:x:"},
        {"atom.rng", "/feed.atom", "<entry>", "<entry><id>urn:uuid:5b1f0cd2-3a6e-5e97-a142-8d702ce95416</id>"},
        {"rss.rng", "/feed.rss", "<item>", "<item><author>ralph</author>"},
        {"rss.rng", "/feed.rss", " GMT</pubDate>", "</pubDate>"},
        {"rss.rng", "/feed.rss", "version=\"2.0\"", "version=\"0.91\""},
    }));
    auto xml = fetch(timeline, file);
    const auto at = xml.find(part);
    INFO(part << '\n' << xml);
    REQUIRE(at != std::string::npos);
    xml.replace(at, part.size(), instead);
    TempFolder folder;
    write_file(folder / "feed.xml", xml);
    const auto path = source_folder() / "tests/bridges/timeline/schemas" / schema;
    CHECK(run({"xmllint", "--noout", "--nonet", "--relaxng", path, folder / "feed.xml"}).status != 0);
}

TEST_CASE("a second independent parser reads the same from Atom and RSS") {
    LiveTimeline timeline;
    add(timeline, 1, 60);
    add_hostile(timeline);
    const auto atom = perl_reads(fetch(timeline, "/feed.atom"));
    const auto rss = perl_reads(fetch(timeline, "/feed.rss"));
    CHECK(atom["format"] == "Atom");
    CHECK(rss["format"] == "RSS 2.0");
    CHECK(atom["title"] == rss["title"]);
    REQUIRE(atom["entries"].size() == 50);
    REQUIRE(rss["entries"].size() == 50);
    for (std::size_t i = 0; i < 50; ++i)
        for (const auto* field : {"id", "title", "link", "content", "date"}) {
            INFO(i << ' ' << field);
            CHECK(atom["entries"][i][field] == rss["entries"][i][field]);
        }
    const auto& entry = atom["entries"][hostile.size()];
    CHECK(entry["id"] == permanent_id("id-60"));
    CHECK(entry["title"] == "push 60");
    CHECK(entry["author"] == "ralph");
    CHECK(entry["date"] == 1385298060);
}

TEST_CASE("a whole archive is read by its feed's own links, each entry once") {
    LiveTimeline timeline;
    add(timeline, 1, 130);
    std::set<std::string> ids;
    std::size_t pages = 0, entries = 0;
    std::string target = "/feed.json?not_user=x";
    while (!target.empty()) {
        const auto feed = json::parse(fetch(timeline, target));
        for (const auto& item : feed["items"]) ids.insert(item["id"].get<std::string>());
        entries += feed["items"].size();
        target = feed.contains("next_url") ? feed["next_url"].get<std::string>().substr(timeline.url("").size()) : "";
        REQUIRE(++pages < 10);
    }
    CHECK(pages == 3);
    CHECK(entries == 130);
    CHECK(ids.size() == 130);
}

TEST_CASE("a feed's Last-Modified saves a reader that knows no tags the feed, and loses it nothing") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    RawClient client(timeline.port());
    std::string first;
    // While its second is not over it is not told: something may come yet within it.
    REQUIRE(eventually([&] {
        client.send(get("/feed.atom"));
        first = client.read_answer();
        return !header(first, "Last-Modified").empty();
    }));
    const auto known = "If-Modified-Since: " + header(first, "Last-Modified") + "\r\n";
    client.send(get("/feed.atom", known));
    CHECK(client.read_answer(false).starts_with("HTTP/1.1 304 "));
    client.send(get("/feed.atom", known + "If-None-Match: \"another\"\r\n"));
    CHECK(client.read_answer().starts_with("HTTP/1.1 200 "));
    client.send(get("/feed.atom?delta=60"));
    CHECK(header(client.read_answer(), "Last-Modified").empty());
    add(timeline, 4, 4);
    client.send(get("/feed.atom", known));
    CHECK(client.read_answer().starts_with("HTTP/1.1 200 "));
}
