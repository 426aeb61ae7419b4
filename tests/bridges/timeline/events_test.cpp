// Readers that stay: on the wire, and in a real browser.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/live_browser.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i) {
        auto line = full_line(fmt::format("message {}.", i), i % 2 == 0 ? "git" : "bodhi");
        timeline.add(message(fmt::format("id-{}", i)), line, at_second(1385298000 + i));
    }
    timeline.deliver();
}

}  // namespace

TEST_CASE("a reader that stays hears what comes, of its view only, with numbers to come back by") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    RawClient reader(timeline.port());
    reader.send(get("/events?category=git"));
    const auto head = reader.read_until("retry: ");
    CHECK(head.find("HTTP/1.1 200") == 0);
    CHECK(head.find("Content-Type: text/event-stream; charset=utf-8\r\n") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    add(timeline, 4, 7);
    const auto events = reader.read_until("message 6.");
    CHECK(events.find("id: 4\n") != std::string::npos);
    CHECK(events.find("message 5.") == std::string::npos);
    CHECK(events.find("message 2.") == std::string::npos);
    CHECK(events.find("\"topic\":") != std::string::npos);
}

TEST_CASE("who comes back is told what came meanwhile, by the header before the address") {
    LiveTimeline timeline;
    add(timeline, 1, 120);
    const auto [target, headers] = GENERATE(table<std::string, std::string>({
        {"/events?since=50", ""},
        {"/events?since=1", "Last-Event-ID: 50\r\n"},
    }));
    RawClient reader(timeline.port());
    reader.send(get(target, headers));
    const auto events = reader.read_until("id: 120\n");
    for (int i = 1; i <= 120; ++i) {
        INFO(i);
        CHECK((events.find(fmt::format("id: {}\n", i)) != std::string::npos) == (i > 50));
    }
    CHECK(events.find("id: 51\n") < events.find("id: 52\n"));
    CHECK(events.find("event: gap") == std::string::npos);
}

TEST_CASE("too long a gap is told of, not replayed") {
    LiveTimeline timeline;
    add(timeline, 1, 500);
    RawClient reader(timeline.port());
    reader.send(get("/events?since=3"));
    const auto events = reader.read_until("id: 500\n");
    CHECK(events.find("event: gap\n") != std::string::npos);
    CHECK(events.find("id: 300\n") == std::string::npos);
    CHECK(events.find("id: 301\n") != std::string::npos);
}

TEST_CASE("a hostile message cannot make an event of its own") {
    LiveTimeline timeline;
    auto line = full_line("a\n\nid: 99\ndata: x\r\n\r\n<script>alert(1)</script>", "a\nb");
    RawClient reader(timeline.port());
    reader.send(get("/events"));
    reader.read_until("retry: ");
    timeline.add(message("id-1"), line, at_second(1385298000));
    timeline.deliver();
    const auto events = reader.read_until("</article>");
    CHECK(events.find("\nid: 99") == std::string::npos);
    CHECK(events.find("<script>alert(1)</script>\",\"link\"") != std::string::npos);
    CHECK(events.find("&lt;script&gt;") != std::string::npos);
}

TEST_CASE("a hundred readers hear each message once, and leave nothing behind") {
    LiveTimeline timeline;
    std::vector<std::unique_ptr<RawClient>> readers;
    for (int i = 0; i < 100; ++i) {
        readers.push_back(std::make_unique<RawClient>(timeline.port()));
        readers.back()->send(get(i % 2 == 0 ? "/events" : "/events?category=git"));
        readers.back()->read_until("retry: ");
    }
    for (int i = 1; i <= 20; ++i) add(timeline, i, i);
    for (auto& reader : readers) {
        const auto events = reader->read_until("id: 20\n");
        CHECK(events.find("id: 18\n") != std::string::npos);
        CHECK(events.find("id: 18\n") == events.rfind("id: 18\n"));
    }
    CHECK(http_call(timeline.port(), "GET", "/").status == 200);
}

TEST_CASE("a browser shows new messages at the top as they come, with the filter that it has") {
    LiveTimeline timeline;
    add(timeline, 1, 10);
    Browser browser;
    browser.open(timeline.url("/?category=git"));
    CHECK(eventually_in(browser, is_live) == "yes");
    add(timeline, 11, 12);
    CHECK(eventually_in(browser, first_row + " === 'message 12.'") == "yes");
    CHECK(browser.evaluate(row_count) == "6");
    CHECK(browser.evaluate("document.querySelector('article').getAttribute('aria-posinset')") == "1");
    CHECK(browser.evaluate("document.querySelectorAll('section').length") == "1");
    CHECK(browser.evaluate("document.querySelector('article a.p').getAttribute('href')") ==
          "./?category=git&package=kernel");
    timeline.add(message("next day"), full_line("tomorrow", "git"), at_second(1385298000 + 86400));
    timeline.deliver();
    CHECK(eventually_in(browser, first_row + " === 'tomorrow'") == "yes");
    CHECK(browser.evaluate("document.querySelector('h2').textContent") == "Monday, 25 November 2013");
    CHECK(browser.complaints().empty());
}

TEST_CASE("an empty page fills itself") {
    LiveTimeline timeline;
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    add(timeline, 1, 1);
    CHECK(eventually_in(browser, row_count + " === 1 && !document.querySelector('.note')") == "yes");
}

TEST_CASE("what is being read does not move: new messages are counted until they are asked for") {
    LiveTimeline timeline;
    add(timeline, 1, 60);
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    browser.evaluate("scrollTo(0, 600)");
    add(timeline, 61, 72);
    CHECK(eventually_in(browser, "document.querySelector('.fresh').textContent === '12 new'") == "yes");
    CHECK(browser.evaluate("scrollY") == "600");
    CHECK(browser.evaluate(first_row) == "message 60.");
    browser.evaluate("document.querySelector('.fresh').click()");
    CHECK(browser.evaluate(first_row) == "message 72.");
    CHECK(browser.evaluate("scrollY") == "0");
    // Not on a row: who stands in the list is left in peace, and here the news shall go on.
    CHECK(browser.evaluate("document.activeElement === document.querySelector('main h2')") == "true");
    add(timeline, 73, 73);
    CHECK(eventually_in(browser, first_row + " === 'message 73.'") == "yes");
    CHECK(browser.evaluate("document.querySelector('.fresh').hidden") == "true");
}

TEST_CASE("keys move, open, pause and search, and are off in fields and when switched off") {
    LiveTimeline timeline;
    add(timeline, 1, 5);
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    const std::string focused = "document.activeElement.id";
    browser.press("j");
    CHECK(browser.evaluate(focused) == "m5");
    browser.press("j");
    CHECK(browser.evaluate(focused) == "m4");
    browser.press("k");
    CHECK(browser.evaluate(focused) == "m5");
    browser.press("/");
    CHECK(browser.evaluate(focused) == "f-contains");
    browser.press("p");
    CHECK(browser.evaluate("document.querySelector('.state').textContent") == "Live");
    browser.evaluate("document.activeElement.blur()");
    browser.press("p");
    CHECK(browser.evaluate("document.querySelector('.state').textContent") == "Paused");
    add(timeline, 6, 6);
    CHECK(eventually_in(browser, "document.querySelector('.fresh').textContent === '1 new'") == "yes");
    browser.press("p");
    CHECK(browser.evaluate(first_row) == "message 6.");
    browser.press("?");
    CHECK(browser.evaluate("document.getElementById('keys').hidden") == "false");
    browser.evaluate("document.querySelector('#keys input').click()");
    browser.evaluate("document.activeElement.blur()");
    browser.press("p");
    CHECK(browser.evaluate("document.querySelector('.state').textContent") == "Live");
    browser.evaluate("document.querySelector('#keys input').click()");
    browser.press("j");
    browser.press("Enter");
    CHECK(arrives(browser, "location.pathname === '/m/6'"));
}

TEST_CASE("without scripts the page is whole and shows nothing that needs them") {
    LiveTimeline timeline;
    add(timeline, 1, 5);
    Browser browser;
    Browser::Look look;
    look.scripts = false;
    browser.open(timeline.url("/?category=git&contains=message"), look);
    CHECK(browser.evaluate(row_count) == "2");
    CHECK(browser.evaluate("document.getElementById('live').checkVisibility()") == "false");
    browser.open(browser.evaluate("document.querySelector('.active a[title^=Remove]').href"), look);
    CHECK(browser.evaluate("location.search") == "?contains=message");
    CHECK(browser.evaluate(row_count) == "5");
    browser.evaluate("document.querySelector('#f-contains').value = '3', document.querySelector('form').submit()");
    CHECK(arrives(browser, "location.search.includes('contains=3') && document.readyState === 'complete'"));
    CHECK(browser.evaluate(row_count) == "1");
    CHECK(browser.complaints().empty());
}
