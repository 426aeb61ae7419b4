#include "bridges/timeline/site.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "bridges/timeline/gzip.h"
#include "tests/bridges/timeline/pages.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

TEST_CASE("the front page shows the newest fifty and the way to the older ones") {
    Pages pages;
    pages.add(1, 120);
    const auto front = pages.get("/");
    CHECK(front.status == 200);
    CHECK(front.type == "text/html; charset=utf-8");
    CHECK(count(front.body, "<article ") == 50);
    CHECK(front.body.find("text 120.") < front.body.find("text 71."));
    CHECK_FALSE(has(front, "text 70."));
    CHECK(has(front, "href=\"./?before=71\""));
    CHECK_FALSE(has(front, "?after="));
    const auto older = pages.get("/?before=71");
    CHECK(has(older, "text 70."));
    CHECK(has(older, "text 21."));
    CHECK(has(older, "href=\"./?before=21\""));
    CHECK(has(older, "href=\"./?after=70\""));
    const auto oldest = pages.get("/?before=21");
    CHECK(count(oldest.body, "<article ") == 20);
    CHECK_FALSE(has(oldest, "?before="));
    const auto back = pages.get("/?after=20");
    CHECK(has(back, "text 21."));
    CHECK(has(back, "text 70."));
    CHECK_FALSE(has(back, "text 71."));
}

TEST_CASE("an older page stays the same when new messages arrive") {
    Pages pages;
    pages.add(1, 100);
    const auto before = pages.get("/?before=51").body;
    pages.add(101, 160);
    CHECK(pages.get("/?before=51").body == before);
}

TEST_CASE("a page of fifty is small, and smaller on its way; so are its style sheet and scripts") {
    Pages pages;
    // Sentences, names and links that have no more in common than those of a busy hour.
    std::uint32_t seed = 1;
    const auto word = [&seed](std::size_t length) {
        std::string out;
        for (; out.size() < length; out += static_cast<char>('a' + (seed >> 16U) % 26))
            seed = seed * 1103515245 + 12345;
        return out;
    };
    for (int i = 1; i <= 50; ++i) {
        auto line = full_line(fmt::format("{} commented on the update {}-{}.{}-1.fc43 (karma: {}): “{} {} {}”", word(6),
                                          word(9), i % 7, i % 11, i % 3, word(4), word(8), word(5)),
                              i % 2 == 0 ? "bodhi" : word(7));
        line->usernames = {word(6), word(7)};
        line->packages = {word(9)};
        line->link = fmt::format("https://bodhi.example.org/updates/FEDORA-2026-{}", word(10));
        pages.add(message(fmt::format("id-{}", i)), line, at_second(1385298309 + 7 * i));
    }
    const auto page = pages.get("/").body;
    CHECK(page.size() < 50 * 1024);
    CHECK(gzip(page).size() < 15 * 1024);
    CHECK(pages.get("/?grouped=true").body.size() < 50 * 1024);
    const auto size = [&pages](const std::string& path) { return pages.get(path).body.size(); };
    CHECK(size("/style.css") + size("/live.js") + size("/theme.js") < 20 * 1024);
}

TEST_CASE("only the newest page of a view and an entry's own are for search engines") {
    Pages pages;
    pages.add(1, 60);
    for (const auto* path : {"/", "/?category=bodhi", "/?category=bodhi&grouped=true", "/m/3", "/topics", "/stats"}) {
        INFO(path);
        CHECK(has(pages.get(path), "<link rel=\"canonical\""));
        CHECK_FALSE(has(pages.get(path), "noindex"));
    }
    CHECK(has(pages.get("/?category=bodhi&grouped=true"), "href=\"http://127.0.0.1:8080/?category=bodhi\">"));
    for (const auto* path : {"/?before=9", "/m/99", "/x", "/?before=x"}) {
        INFO(path);
        CHECK(has(pages.get(path), "<meta name=\"robots\" content=\"noindex\">"));
        CHECK_FALSE(has(pages.get(path), "canonical"));
    }
}

TEST_CASE("an empty timeline says so") {
    Pages pages;
    CHECK(has(pages.get("/"), "Nothing here yet"));
    CHECK(pages.get("/").status == 200);
    pages.add(1, 3);
    CHECK(has(pages.get("/?before=1"), "Nothing here"));
    CHECK(has(pages.get("/?after=3"), "Nothing here"));
}

TEST_CASE("a bad parameter is named") {
    Pages pages;
    pages.add(1, 3);
    const auto [target, named] = GENERATE(table<std::string, std::string>({
        {"/?before=abc", "before"},
        {"/?before=", "before"},
        {"/?before", "before"},
        {"/?before=-1", "before"},
        {"/?before=1.5", "before"},
        {"/?before=99999999999999999999", "before"},
        {"/?after=%3Cscript%3E", "after"},
        {"/?before=1&before=2", "before"},
        {"/?before=1&after=2", "after"},
        {"/feed.atom?before=x", "before"},
        {"/?topic=a..b", "topic"},
        {"/?not_topic=a*", "not_topic"},
        {"/?start=yesterday", "start"},
        {"/?end=2026-13-01", "end"},
        {"/?end=99999999999999999999", "end"},
        {"/?start=20&end=10", "start"},
        {"/?delta=-1", "delta"},
        {"/feed.atom?delta=x", "delta"},
        {"/events?since=x", "since"},
        {"/events?start=x", "start"},
        {"/?user=" + std::string(201, 'u'), "user"},
    }));
    const auto answer = pages.get(target);
    CHECK(answer.status == 400);
    CHECK(has(answer, "“" + named + "”"));
    CHECK_FALSE(has(answer, "<script>"));
}

TEST_CASE("parameters of others do no harm") {
    Pages pages;
    pages.add(1, 3);
    CHECK(has(pages.get("/?utm_source=x&before=3&=&&a=b"), "text 2."));
    CHECK(has(pages.get("/?before=%33"), "text 2."));
}

TEST_CASE("malformed addresses are refused, strange ones are not found") {
    Pages pages;
    pages.add(1, 1);
    for (const auto* target : {"/%", "/%2", "/%zz", "/?a=%g1", "*", "", "x"}) {
        INFO(target);
        CHECK(pages.get(target).status == 400);
    }
    for (const auto* target :
         {"/x", "/m/", "/m/x", "/m/1x", "/m/-1", "/m/0", "/m/2", "/raw/2", "/raw/1/", "/m/1/2", "//", "/../etc/passwd",
          "/m/..%2f..%2fetc", "/feed.atom/", "/m/99999999999999999999", "/%00"}) {
        INFO(target);
        CHECK(pages.get(target).status == 404);
    }
    CHECK(pages.get("http://example.org/m/1").status == 200);
}

TEST_CASE("an entry's own page shows every field and its neighbours") {
    Pages pages;
    pages.add(1, 1);
    auto line = full_line("ralph commented on kernel");
    line->long_form = "first line\nsecond <line>";
    pages.add(message_of(R"({"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":"2013-x",)"
                         R"("timestamp":1385298000,"msg":{"text":"<b>"}})"),
              line);
    pages.add(3, 3);
    const auto page = pages.get("/m/2");
    CHECK(page.status == 200);
    for (const auto* text :
         {"ralph commented on kernel", "first line\nsecond &lt;line&gt;", "org.fedoraproject.prod.bodhi.update.comment",
          "2013-x", "bodhi.toml:update", "toshio", "python-fedmsg", "bodhi/comments",
          "https://avatars.example.org/ralph", "https://apps.example.org/img/bodhi.png", "2013-11-24 13:05:09 UTC",
          "2013-11-24 13:00:00 UTC", "    &#34;text&#34;: &#34;&lt;b&gt;&#34;", "href=\"../raw/2\"", "href=\"3\">Newer",
          "href=\"1\">Older", "<link rel=\"canonical\" href=\"http://127.0.0.1:8080/m/2\">",
          "<meta property=\"og:description\" content=\"ralph commented on kernel\">"}) {
        INFO(text);
        CHECK(has(page, text));
    }
    CHECK_FALSE(has(pages.get("/m/3"), ">Newer<"));
    CHECK_FALSE(has(pages.get("/m/1"), ">Older<"));
}

TEST_CASE("the raw message comes as it is") {
    Pages pages;
    const std::string bytes = R"({"topic":"org.fedoraproject.prod.x.y","msg_id":"1","msg":{"a":  NaN}})";
    pages.add(message_of(bytes), full_line("x"));
    const auto answer = pages.get("/raw/1");
    CHECK(answer.body == bytes);
    CHECK(answer.type == "application/json");
}

TEST_CASE("a message that is no longer kept is gone, one that never was is not found") {
    Pages pages;
    pages.add(1, 5);
    TimelineStore::Keep keep;
    keep.entries = 2;
    pages.store.tidy(keep, at_second(0));
    CHECK(pages.get("/m/3").status == 410);
    CHECK(pages.get("/raw/3").status == 410);
    CHECK(has(pages.get("/m/3"), "No longer kept"));
    CHECK(pages.get("/m/4").status == 200);
    CHECK(pages.get("/m/6").status == 404);
    CHECK_FALSE(has(pages.get("/m/4"), ">Older<"));
}

TEST_CASE("hostile messages stay text on every page") {
    Pages pages;
    auto line = std::make_shared<Line>();
    const std::string evil =
        "</title></pre></p>\"'><script>alert(1)</script><img src=x onerror=alert(1)>\x01\xff\u202e";
    for (auto* text : {&line->rule, &line->service, &line->title, &line->text, &line->icon, &line->secondary_icon,
                       &line->agent, &line->long_form})
        *text = evil;
    line->link = "javascript:alert(1)//" + evil;
    for (auto* list : {&line->usernames, &line->packages, &line->objects}) *list = {evil, evil, evil, evil, evil, evil};
    pages.add(message("id-1", "</pre><script>alert(1)</script>"), line);
    for (const auto* target : {"/", "/m/1", "/feed.atom"}) {
        INFO(target);
        const auto page = pages.get(target);
        CHECK(page.status == 200);
        CHECK_FALSE(has(page, "<script>"));
        CHECK_FALSE(has(page, "<img"));
        CHECK_FALSE(has(page, "href=\"javascript:"));
        CHECK(page.body.find('\x01') == std::string::npos);
        CHECK_FALSE(has(page, "\u202e"));
        CHECK(is_valid_utf8(page.body));
    }
}

TEST_CASE("below a path of a proxy the pages are found as well") {
    Pages pages;
    pages.settings.public_url = "https://example.org/bus";
    pages.add(1, 1);
    CHECK(pages.get("/bus/m/1").status == 200);
    CHECK(pages.get("/m/1").status == 200);
    CHECK(pages.get("/business/m/1").status == 404);
    CHECK(has(pages.get("/bus/m/1"), "href=\"https://example.org/bus/m/1\""));
}

TEST_CASE("messages are parted by days") {
    Pages pages;
    pages.add(message("a"), full_line("old"), at_second(1385298309 - 86400));
    pages.add(message("b"), full_line("new"), at_second(1385298309));
    const auto page = pages.get("/").body;
    CHECK(page.find("Sunday, 24 November 2013") < page.find("new</a>"));
    CHECK(page.find("new</a>") < page.find("Saturday, 23 November 2013"));
    CHECK(page.find("Saturday, 23 November 2013") < page.find("old</a>"));
}
