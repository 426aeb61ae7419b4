#include "bridges/timeline/atom_feed.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bridges/timeline/permanent_id.h"
#include "tests/bridges/timeline/pages.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

struct Feed : Pages {
    void add(int first, int last) {
        for (int i = first; i <= last; ++i)
            Pages::add(message(fmt::format("id-{}", i)), full_line(fmt::format("text {}.", i)),
                       at_second(1385298000 + i));
    }
    std::string get(const std::string& target = "/feed.atom") {
        const auto answer = Pages::get(target);
        CHECK(answer.status == 200);
        CHECK(answer.type == "application/atom+xml; charset=utf-8");
        return answer.body;
    }
    // What xmllint, which knows nothing of us, finds by an XPath expression; `a:` is Atom.
    std::string find(const std::string& xml, std::string expression) {
        write_file(folder / "feed.xml", xml);
        for (auto at = expression.find("a:"); at != std::string::npos; at = expression.find("a:", at))
            expression.replace(at, 2, "*[local-name()='"), at = expression.find_first_of("/[)", at + 16),
                                                           expression.insert(std::min(at, expression.size()), "']");
        const auto found = run({"xmllint", "--nonet", "--xpath", "string(" + expression + ")", folder / "feed.xml"});
        INFO(found.errors);
        CHECK(found.status == 0);
        return found.output.substr(0, found.output.find_last_not_of('\n') + 1);
    }
};

}  // namespace

TEST_CASE("the feed is well-formed, whatever the messages hold") {
    Feed feed;
    auto line = full_line("]]><!-- & \"' \x01\x0b\xff\xef\xbf\xbf \u202e<script>", "]]>\x02");
    line->long_form = line->text;
    line->agent = line->text;
    line->link = "https://example.org/?a=1&b=<2>";
    feed.store.insert({{*message("id-1"), *line, at_second(1385298309)}});
    write_file(feed.folder / "feed.xml", feed.get());
    const auto checked = run({"xmllint", "--noout", "--nonet", feed.folder / "feed.xml"});
    INFO(checked.errors);
    CHECK(checked.status == 0);
    CHECK(feed.find(feed.get(), "/a:feed/a:entry/a:title").find("<script>") != std::string::npos);
}

TEST_CASE("the feed has what RFC 4287 asks for") {
    Feed feed;
    feed.add(1, 3);
    const auto xml = feed.get();
    CHECK(feed.find(xml, "namespace-uri(/*)") == "http://www.w3.org/2005/Atom");
    CHECK(feed.find(xml, "/a:feed/a:id") == feed.store.feed_id());
    CHECK(feed.find(xml, "/a:feed/a:title") == "Fedora message bus");
    CHECK(feed.find(xml, "/a:feed/a:updated") == "2013-11-24T13:00:03Z");
    CHECK(feed.find(xml, "/a:feed/a:link[@rel='self']/@href") == "http://127.0.0.1:8080/feed.atom");
    CHECK(feed.find(xml, "/a:feed/a:link[@rel='alternate']/@href") == "http://127.0.0.1:8080/");
    CHECK(feed.find(xml, "count(/a:feed/a:entry)") == "3");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:title") == "text 3.");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:id") == permanent_id("id-3"));
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:updated") == "2013-11-24T13:00:03Z");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:author/a:name") == "ralph");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:link[@rel='alternate']/@href") == "http://127.0.0.1:8080/m/3");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:link[@rel='related']/@href") ==
          "https://bodhi.example.org/updates/FEDORA-2013-1234");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:content/@type") == "html");
    CHECK(feed.find(xml, "/a:feed/a:entry[1]/a:content").find("<p dir=\"auto\">text 3.</p>") == 0);
}

TEST_CASE("an entry looks the same for ever, wherever the timeline is served") {
    Feed feed;
    feed.add(1, 2);
    const auto before = feed.get();
    feed.add(3, 3);
    feed.settings.title = "Another";
    feed.settings.public_url = "https://example.org/bus";
    const auto after = feed.get();
    for (const auto* part : {"a:id", "a:updated", "a:title"})
        CHECK(feed.find(before, std::string("/a:feed/a:entry[1]/") + part) ==
              feed.find(after, std::string("/a:feed/a:entry[2]/") + part));
    CHECK(feed.find(before, "/a:feed/a:id") == feed.find(after, "/a:feed/a:id"));
    CHECK(feed.find(after, "/a:feed/a:entry[2]/a:link[@rel='alternate']/@href") == "https://example.org/bus/m/2");
}

TEST_CASE("the feed is paged by links and each entry is on one page") {
    Feed feed;
    feed.add(1, 120);
    const auto first = feed.get();
    CHECK(feed.find(first, "count(/a:feed/a:entry)") == "50");
    CHECK(feed.find(first, "/a:feed/a:link[@rel='next']/@href") == "http://127.0.0.1:8080/feed.atom?before=71");
    const auto last = feed.get("/feed.atom?before=21");
    CHECK(feed.find(last, "count(/a:feed/a:entry)") == "20");
    CHECK(feed.find(last, "count(/a:feed/a:link[@rel='next'])") == "0");
    CHECK(feed.find(last, "/a:feed/a:link[@rel='self']/@href") == "http://127.0.0.1:8080/feed.atom?before=21");
}

TEST_CASE("a feed without entries is a feed") {
    Feed feed;
    const auto xml = feed.get();
    CHECK(feed.find(xml, "count(/a:feed/a:entry)") == "0");
    CHECK(feed.find(xml, "/a:feed/a:updated").size() == 20);
}
