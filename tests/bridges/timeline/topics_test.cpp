#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "bridges/timeline/site.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

struct Pages {
    TempFolder folder;
    TimelineSettings settings;
    TimelineStore store{folder / "timeline.sqlite"};
    TopicEntries entries = {
        {"bodhi", {"bodhi.update.comment"}, "x", "<who> commented on <title> <3", "ilse commented", "https://e.org/1"},
        {"git", {"git.receive", "git.receive.#"}, "x", "<who> pushed", "mirko pushed", ""},
    };
    int asked = 0;
    Site site{settings, store, [this] { return ++asked, std::make_shared<const TopicEntries>(entries); }};

    PageAnswer get(const std::string& target) {
        const PageRequest request{target};
        return site.answer(request);
    }
};

bool has(const PageAnswer& answer, const std::string& text) { return answer.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("the page of topics has a part a service, with topics, shapes and examples") {
    Pages pages;
    const auto page = pages.get("/topics");
    CHECK(page.status == 200);
    CHECK(page.type == "text/html; charset=utf-8");
    for (const auto* text :
         {"<title>Topics · Fedora message bus</title>", "href=\"#s-git\"", "<h2 id=\"s-git\">",
          "<code>git.receive</code> <code>git.receive.#</code>", "<var>who</var> commented on <var>title</var> &lt;3",
          "<a href=\"https://e.org/1\" rel=\"noopener nofollow ugc\">ilse commented</a>", ">mirko pushed</p>",
          "2 sentences, 2 services", "<a href=\"./\">Fedora message bus</a>"}) {
        INFO(text);
        CHECK(has(page, text));
    }
    CHECK(has(pages.get("/"), "<a href=\"topics\">Topics</a>"));
    CHECK(has(pages.get("/m/1"), "<a href=\"../topics\">Topics</a>"));
}

TEST_CASE("a form looks for topics and says what it looked for") {
    Pages pages;
    const auto found = pages.get("/topics?pattern=+git.%23+");
    CHECK(has(found, "<var>who</var> pushed"));
    CHECK_FALSE(has(found, "commented"));
    CHECK(has(found, "value=\"git.#\""));
    CHECK(has(found, "1 of 2 sentences"));
    const auto nothing = pages.get("/topics?pattern=%3Cscript%3E%22'%00%ff");
    CHECK(nothing.status == 200);
    CHECK(has(nothing, "Nothing like that"));
    CHECK(has(nothing, "value=\"&lt;script&gt;&#34;&#39;"));
    CHECK_FALSE(has(nothing, "<script>"));
    CHECK(has(pages.get("/topics?utm_source=x&pattern="), "2 sentences, 2 services"));
}

TEST_CASE("only the page with a form may send one, and to this site only") {
    Pages pages;
    CHECK(pages.get("/topics").has_form);
    CHECK(pages.get("/").has_form);
    CHECK_FALSE(pages.get("/topics/x").has_form);
}

TEST_CASE("what the rules know is asked for when a reader asks, so new rules show at once") {
    Pages pages;
    pages.get("/");
    CHECK(pages.asked == 0);
    pages.get("/topics");
    pages.get("/topics?pattern=git");
    CHECK(pages.asked == 2);
    pages.entries.pop_back();
    CHECK_FALSE(has(pages.get("/topics"), "git.receive"));
}

TEST_CASE("a timeline that knows no rules says so") {
    Pages pages;
    Site site(pages.settings, pages.store);
    const auto page = site.answer({"/topics"});
    CHECK(page.status == 200);
    CHECK(has(page, "Nothing like that"));
}

TEST_CASE("hostile rules stay text on the page of topics") {
    const std::string evil =
        "</p></code>\"'><script>alert(1)</script><img src=x onerror=alert(1)>\x01\xff\u202e<who\">";
    Pages pages;
    pages.entries = {{evil, {evil}, evil, evil, evil, "javascript:alert(1)//" + evil},
                     {"a b", {"x"}, "", "<", "<>", ""}};
    const auto page = pages.get("/topics");
    CHECK_FALSE(has(page, "<script>"));
    CHECK_FALSE(has(page, "<img"));
    CHECK_FALSE(has(page, "javascript:alert(1)\""));
    CHECK_FALSE(has(page, "href=\"javascript:"));
    CHECK(page.body.find('\x01') == std::string::npos);
    CHECK_FALSE(has(page, "\u202e"));
    CHECK(has(page, "href=\"#s-a-b\""));
    CHECK(is_valid_utf8(page.body));
}
