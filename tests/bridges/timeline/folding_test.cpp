#include "bridges/timeline/folding.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/core/mark.h"
#include "bridges/timeline/list_page.h"
#include "tests/bridges/timeline/live_browser.h"
#include "tests/bridges/timeline/pages.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

constexpr std::int64_t noon = 1385294400;

TimelineEntry entry(std::int64_t id, std::int64_t second, const std::string& user, const std::string& topic = "a.b") {
    TimelineEntry made;
    made.id = id;
    made.topic = topic;
    made.accepted_at = at_second(noon + second);
    made.line.agent = user;
    return made;
}

// As `7+6+4 5`: a word a row, its members from the newest on; `~` where it goes on.
std::string shape(const std::vector<ListRow>& rows) {
    std::string out;
    for (const auto& row : rows) {
        out += fmt::format("{}{}", out.empty() ? "" : " ", row.entry.id);
        for (const auto& other : row.rest) out += fmt::format("+{}", other.id);
        if (row.goes_on) out += '~';
    }
    return out;
}

// One person's message; the link is empty, so that the sentence is all that a row has.
void add(TimelineStore& store, int id, std::int64_t second, const std::string& user) {
    auto line = std::make_shared<Line>();
    line->service = "test";
    line->title = "test.thing";
    line->text = fmt::format("{} did {}.", user, id);
    line->agent = user;
    line->usernames = {user};
    store.insert({{*message(fmt::format("id-{}", id)), *line, at_second(noon + second)}});
}

}  // namespace

TEST_CASE("a burst is one person's messages under one topic, each within a minute of the next") {
    Folding folding(10);
    folding.add(entry(9, 300, "ann"));
    folding.add(entry(8, 299, "bob"));
    folding.add(entry(7, 298, "ann", "a.c"));
    folding.add(entry(6, 240, "ann"));  // 60 seconds: still
    folding.add(entry(5, 238, "bob"));  // 61: no longer
    folding.add(entry(4, 200, "ann"));  // a hundred from the first, but forty from the one between
    folding.add(entry(3, 100, "ann"));
    CHECK(shape(folding.take({})) == "9+6+4 8 7 5 3");
}

TEST_CASE("what nobody vouches for is not folded into what is genuine") {
    const auto genuine = message("x");
    auto marked = entry(1, 0, "");
    marked.line = marked_line(*genuine);
    auto plain = entry(2, 1, "");
    CHECK(burst_kind(marked) != burst_kind(plain));
}

TEST_CASE("rows without room are refused, and the rows there are go on being completed") {
    Folding folding(2);
    CHECK(folding.add(entry(9, 50, "ann")));
    CHECK(folding.add(entry(8, 49, "bob")));
    CHECK_FALSE(folding.add(entry(7, 48, "cat")));
    CHECK(folding.add(entry(6, 47, "ann")));
    CHECK_FALSE(folding.add(entry(5, 46, "cat")));
    CHECK(folding.is_open(at_second(noon)));
    CHECK_FALSE(folding.is_open(at_second(noon - 14)));
    CHECK(shape(folding.take(at_second(noon - 12))) == "9+6~ 8");
}

TEST_CASE("folded pages show each message in one row of one page, whichever way one goes") {
    Pages pages;
    // Four people take turns, one of them with pauses; their bursts lie across every place where a page can end.
    std::int64_t second = 0;
    for (int id = 1; id <= 900; ++id) {
        second += id % 31 == 0 ? 61 : id % 7 == 0 ? 25 : 5;
        add(pages.store, id, second, fmt::format("user{}", id % 4 + (id / 90) * 4));
    }
    // What is in one row if all is read at once.
    Folding folding(10000);
    for (const auto& each : pages.store.older_than(100000, 1000)) folding.add(each);
    const auto whole = folding.take({});
    REQUIRE(whole.size() > 2 * page_size);
    REQUIRE(whole.size() < 400);

    std::vector<ListRow> rows;
    std::vector<std::int64_t> heads;
    ListPage::Place place;
    for (int i = 0; i < 100; ++i) {
        const auto page = read_list(pages.store, {}, place, true);
        CHECK(page.rows.size() <= page_size);
        CHECK(page.newer.has_value() == (i > 0));
        if (!page.rows.empty()) heads.push_back(page.rows.front().entry.id);
        rows.insert(rows.end(), page.rows.begin(), page.rows.end());
        if (!page.older) break;
        place.before = page.older;
    }
    CHECK(shape(rows) == shape(whole));
    REQUIRE(heads.size() >= 3);

    // And up again: fifty rows above the last page's first.
    const auto up = read_list(pages.store, {}, {{}, heads.back()}, true);
    REQUIRE(up.rows.size() == page_size);
    CHECK(up.rows.front().entry.id == heads[heads.size() - 2]);
}

TEST_CASE("a burst without end costs a bounded page, and the page says that there is more") {
    Pages pages;
    for (int id = 1; id <= 1500; ++id) add(pages.store, id, id, "ann");
    const auto page = read_list(pages.store, {}, {}, true);
    REQUIRE(page.rows.size() == 1);
    CHECK(page.rows[0].rest.size() == 999);
    CHECK(page.rows[0].goes_on);
    CHECK(page.older == 501);
    const auto html = pages.get("/?grouped=true").body;
    CHECK(html.find("<b>1000+</b>") != std::string::npos);
    CHECK(html.find("href=\"./?topic=test.thing&amp;user=ann&amp;before=1501\">All of them") != std::string::npos);
    CHECK(count(html, "<li>") == 5);
}

TEST_CASE("bursts are folded by a link, and everything that leads on from there keeps it") {
    Pages pages;
    for (int id = 1; id <= 5; ++id) add(pages.store, id, id, "ann");
    add(pages.store, 6, 400, "bob");
    const auto plain = pages.get("/?contains=did");
    CHECK(count(plain.body, "<article ") == 6);
    CHECK(has(plain, "href=\"./?contains=did&amp;grouped=true\""));
    const auto folded = pages.get("/?contains=did&grouped=true");
    CHECK(count(folded.body, "<article ") == 2);
    CHECK(has(folded, "<b>5</b> messages in 4 seconds"));
    CHECK(has(folded,
              "<a href=\"m/4\"><time datetime=\"2013-11-24T12:00:04Z\" title=\"2013-11-24 12:00:04 UTC\">12:00:04"));
    CHECK_FALSE(has(folded, "All of them"));
    CHECK(has(folded, "href=\"./?contains=did\" title=\"Show every message"));
    CHECK(has(folded, "<input type=\"hidden\" name=\"grouped\" value=\"true\">"));
    CHECK(has(folded, "href=\"./?contains=did&amp;user=bob&amp;grouped=true\""));
    CHECK(has(folded, "href=\"./?not_contains=did&amp;grouped=true\" title=\"Show all but these\""));
    CHECK(has(folded, "data-query=\"contains=did&amp;grouped=true\""));
    CHECK(has(folded, "href=\"feed.atom?contains=did\""));
    CHECK(pages.get("/?contains=did&grouped=false").body == plain.body);
    const auto wrong = pages.get("/?grouped=perhaps");
    CHECK(wrong.status == 400);
    CHECK(has(wrong, "“grouped”"));
}

TEST_CASE("a reader of folded events is told of a burst as one row that takes the place of those before") {
    Pages pages;
    for (int id = 1; id <= 3; ++id) add(pages.store, id, id, "ann");
    const auto ask = [&pages](const std::string& query) {
        return nlohmann::json::parse(pages.get("/events.json?" + query).body);
    };
    CHECK(ask("grouped=true") == nlohmann::json({{"last", 3}, {"gap", false}, {"events", nlohmann::json::array()}}));
    add(pages.store, 4, 4, "bob");
    add(pages.store, 5, 5, "ann");
    add(pages.store, 6, 6, "ann");
    const auto folded = ask("grouped=true&since=3");
    REQUIRE(folded["events"].size() == 2);
    CHECK(folded["last"] == 6);
    CHECK(folded["events"][0]["id"] == 4);
    CHECK_FALSE(folded["events"][0].contains("folds"));
    CHECK(folded["events"][1]["id"] == 6);
    CHECK(folded["events"][1]["folds"] == nlohmann::json({5, 3, 2, 1}));
    CHECK(folded["events"][1]["html"].get<std::string>().find("<b>5</b> messages in 5 seconds") != std::string::npos);
    CHECK(ask("since=3")["events"].size() == 3);
    CHECK(ask("since=6")["events"].empty());
    CHECK(ask("since=3&user=bob")["last"] == 6);
    for (const std::string parameter : {"since", "grouped", "topic"}) {
        const auto refused = pages.get("/events.json?" + parameter + "=a..b");
        CHECK(refused.status == 400);
        CHECK(nlohmann::json::parse(refused.body)["error"].get<std::string>().find(parameter) != std::string::npos);
    }
}

TEST_CASE("a browser folds what comes into the row that is there, as a new page would show it") {
    LiveTimeline timeline;
    const auto tell = [&timeline](int id, const std::string& user) {
        auto line = full_line(fmt::format("{} did {}.", user, id));
        line->agent = user;
        timeline.add(message(fmt::format("id-{}", id)), line, at_second(noon + id));
        timeline.deliver();
    };
    tell(1, "ann");
    tell(2, "bob");
    Browser browser;
    browser.open(timeline.url("/?grouped=true"));
    CHECK(eventually_in(browser, is_live) == "yes");
    for (int id = 3; id <= 5; ++id) tell(id, "ann");
    CHECK(eventually_in(browser, first_row + " === 'ann did 5.'") == "yes");
    const std::string shown =
        "[...document.querySelectorAll('article')].map(a => a.id + ' ' + a.getAttribute('aria-posinset') + ' ' + "
        "a.innerText).join('\\n')";
    const auto live = browser.evaluate(shown);
    CHECK(browser.evaluate(row_count) == "2");
    browser.open(timeline.url("/?grouped=true"));
    CHECK(browser.evaluate(shown) == live);
    browser.evaluate("document.querySelector('summary + ol') && document.querySelector('.n summary').click()");
    CHECK(browser.evaluate("document.querySelector('.n').open") == "true");
    browser.evaluate("document.querySelector('.fold').click()");
    CHECK(arrives(browser, "location.search === '' && " + row_count + " === 5"));
    CHECK(browser.complaints().empty());
}

TEST_CASE("without scripts bursts are folded, opened and unfolded all the same") {
    LiveTimeline timeline;
    for (int id = 1; id <= 4; ++id)
        timeline.add(message(fmt::format("id-{}", id)), full_line(fmt::format("did {}.", id)), at_second(noon + id));
    timeline.deliver();
    Browser browser;
    Browser::Look look;
    look.scripts = false;
    browser.open(timeline.url("/"), look);
    CHECK(browser.evaluate(row_count) == "4");
    browser.open(browser.evaluate("document.querySelector('.fold').href"), look);
    CHECK(browser.evaluate(row_count) == "1");
    CHECK(browser.evaluate("document.querySelector('.n ol').checkVisibility()") == "false");
    browser.evaluate("document.querySelector('.n summary').click()");
    CHECK(browser.evaluate("document.querySelector('.n ol').checkVisibility()") == "true");
    CHECK(browser.evaluate("document.querySelectorAll('.n li').length") == "3");
}
