// What a browser with scripts does beyond showing what comes: themes, keys, floods, counts, and ways round a stream
// that does not get through.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/live_browser.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

void add(LiveTimeline& timeline, int first, int last) {
    for (int i = first; i <= last; ++i)
        timeline.add(message(fmt::format("id-{}", i)), full_line(fmt::format("message {}.", i)),
                     at_second(1385298000 + i));
    timeline.deliver();
}

// Time goes fifty times as fast, for what the page does now and then.
const std::string hurry = "{ const real = window.setTimeout; window.setTimeout = (f, t) => real(f, t / 50); }";

const std::string ground = "getComputedStyle(document.body).backgroundColor";
const std::string light_ground = "rgb(252, 252, 250)";
const std::string dark_ground = "rgb(19, 21, 24)";
const std::string fresh = "document.querySelector('.fresh')";

}  // namespace

TEST_CASE(
    "the theme is the system's, until it is switched: then it is remembered, on every page, from the first moment") {
    LiveTimeline timeline;
    add(timeline, 1, 3);
    Browser browser;
    // Notes the theme when the body comes into being: before that nothing can be painted.
    browser.before_load(
        "new MutationObserver((changes, me) => { if (!document.body) return; me.disconnect(); window.atFirst = "
        "document.documentElement.dataset.theme || 'none'; }).observe(document, {childList: true, subtree: true});");
    Browser::Look light;
    Browser::Look dark;
    dark.dark = true;
    browser.open(timeline.url("/"), light);
    CHECK(browser.evaluate(ground) == light_ground);
    CHECK(browser.evaluate("atFirst") == "none");
    CHECK(browser.evaluate("document.getElementById('theme').ariaLabel") == "Dark theme");
    browser.evaluate("document.getElementById('theme').click()");
    CHECK(browser.evaluate(ground) == dark_ground);
    CHECK(browser.evaluate("document.getElementById('theme').ariaLabel") == "Light theme");
    for (const auto* path : {"/", "/m/1", "/stats", "/topics", "/nowhere", "/?before=3"}) {
        INFO(path);
        browser.open(timeline.url(path), light);
        CHECK(browser.evaluate("atFirst") == "dark");
        CHECK(browser.evaluate(ground) == dark_ground);
        CHECK(browser.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark");
    }
    // Back to what the system says is back to following it.
    browser.evaluate("document.getElementById('theme').click()");
    CHECK(browser.evaluate(ground) == light_ground);
    browser.open(timeline.url("/"), dark);
    CHECK(browser.evaluate("atFirst") == "none");
    CHECK(browser.evaluate(ground) == dark_ground);
    // And the other way round: light in a dark system.
    browser.evaluate("document.getElementById('theme').click()");
    browser.open(timeline.url("/"), dark);
    CHECK(browser.evaluate("atFirst") == "light");
    CHECK(browser.evaluate(ground) == light_ground);
    CHECK(browser.complaints().empty());
}

TEST_CASE("without scripts there is no switch, and the theme is the system's") {
    LiveTimeline timeline;
    Browser browser;
    Browser::Look look;
    look.scripts = false;
    look.dark = true;
    browser.open(timeline.url("/"), look);
    CHECK(browser.evaluate(ground) == dark_ground);
    CHECK(browser.evaluate("document.getElementById('theme') === null") == "true");
    CHECK(browser.evaluate("document.querySelector('noscript a').checkVisibility()") == "true");
}

TEST_CASE("a rush is counted, and shown when it is over; the page never holds more than 500 rows") {
    LiveTimeline timeline;
    add(timeline, 1, 10);
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    // Counts how often the list is changed: a rush must not redraw it for each message.
    browser.evaluate(
        "window.changes = 0; window.counted = 0; new MutationObserver(() => changes++).observe("
        "document.querySelector('[role=feed]'), {childList: true}); new MutationObserver(() => { if (!" +
        fresh + ".hidden) counted++; }).observe(" + fresh + ", {childList: true, attributes: true}); 1");
    for (int i = 0; i < 12; ++i) add(timeline, 11 + 50 * i, 60 + 50 * i);
    CHECK(eventually_in(browser, first_row + " === 'message 610.'") == "yes");
    CHECK(browser.evaluate("counted > 0") == "true");
    CHECK(browser.evaluate("changes < 100") == "true");
    CHECK(browser.evaluate(row_count) == "500");
    CHECK(browser.evaluate("document.querySelector('article:last-of-type .s').textContent") == "message 111.");
    CHECK(browser.evaluate(fresh + ".hidden") == "true");
    CHECK(browser.evaluate(
              "[...document.querySelectorAll('article')].every((a, i) => a.getAttribute('aria-posinset') == i + 1 && "
              "a.getAttribute('aria-setsize') == -1)") == "true");
    CHECK(browser.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === "
                           "document.querySelectorAll('[id]').length") == "true");
}

TEST_CASE("who is in the list keeps the focus and the place when messages come") {
    LiveTimeline timeline;
    add(timeline, 1, 5);
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    browser.press("j");
    browser.press("j");
    CHECK(browser.evaluate("document.activeElement.id") == "m4");
    const auto place = browser.evaluate("document.activeElement.getBoundingClientRect().top");
    add(timeline, 6, 7);
    CHECK(eventually_in(browser, fresh + ".textContent === '2 new'") == "yes");
    CHECK(browser.evaluate("document.activeElement.id") == "m4");
    CHECK(browser.evaluate("document.activeElement.getBoundingClientRect().top") == place);
    browser.press("g");
    CHECK(browser.evaluate(first_row) == "message 5.");
    browser.press("j");
    browser.press("g");
    CHECK(browser.evaluate(first_row) == "message 5.");  // not one after the other
    browser.press("g");
    CHECK(browser.evaluate(first_row) == "message 7.");
    CHECK(browser.evaluate("document.activeElement.id") == "m7");
}

TEST_CASE("Enter and o follow a row's links, and the keys' switch is remembered") {
    LiveTimeline timeline;
    auto line = full_line("a message");
    line->link = timeline.url("/topics");
    timeline.add(message("id-1"), line, at_second(1385298000));
    timeline.deliver();
    Browser browser;
    browser.open(timeline.url("/"));
    browser.press("j");
    browser.press("o");
    CHECK(arrives(browser, "location.pathname === '/topics' && document.readyState === 'complete'"));
    browser.open(timeline.url("/"));
    browser.press("?");
    CHECK(browser.evaluate("document.getElementById('keys').checkVisibility()") == "true");
    CHECK(browser.evaluate("document.querySelector('.help').ariaExpanded") == "true");
    browser.evaluate("document.querySelector('#keys input').click()");
    browser.open(timeline.url("/"));
    browser.press("j");
    CHECK(browser.evaluate("document.activeElement.tagName") == "BODY");
    CHECK(browser.evaluate("document.querySelector('#keys input').checked") == "false");
}

TEST_CASE("a hidden page counts in its title, and forgets when it is looked at") {
    LiveTimeline timeline;
    Browser browser;
    browser.before_load("Object.defineProperty(document, 'hidden', {get: () => !!window.isHidden});");
    browser.open(timeline.url("/?category=bodhi"));
    CHECK(eventually_in(browser, is_live) == "yes");
    add(timeline, 1, 1);
    CHECK(eventually_in(browser, first_row + " === 'message 1.'") == "yes");
    CHECK(browser.evaluate("document.title") == "bodhi · Fedora message bus");
    browser.evaluate("window.isHidden = true");
    add(timeline, 2, 4);
    CHECK(eventually_in(browser, "document.title === '(3) bodhi · Fedora message bus'") == "yes");
    browser.evaluate("window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))");
    CHECK(browser.evaluate("document.title") == "bodhi · Fedora message bus");
}

TEST_CASE("what is said aloud are counts, and seldom") {
    LiveTimeline timeline;
    Browser browser;
    browser.before_load(hurry);
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    browser.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.querySelector('.said').textContent))"
        ".observe(document.querySelector('.said'), {childList: true}); 1");
    add(timeline, 1, 30);
    CHECK(eventually_in(browser, "said.length > 0 && " + row_count + " === 30") == "yes");
    add(timeline, 31, 31);
    CHECK(eventually_in(browser, "said.at(-1) === '1 new message'") == "yes");
    CHECK(browser.evaluate("said.length < 10") == "true");
    CHECK(browser.evaluate("said.every(text => /^\\d+ new messages?$/.test(text))") == "true");
    CHECK(browser.evaluate("said.reduce((sum, text) => sum + parseInt(text), 0)") == "31");
    CHECK(browser.evaluate(
              "document.querySelectorAll('[aria-live], [role=status], [role=log], [role=alert]').length") == "1");
}

TEST_CASE("where no stream gets through, the page asks for what is new") {
    LiveTimeline timeline;
    add(timeline, 1, 5);
    Browser browser;
    const std::string broken = GENERATE("delete window.EventSource;",
                                        // A proxy that swallows the stream: it opens never.
                                        "window.EventSource = class { close() {} addEventListener() {} };",
                                        // One that is refused.
                                        "window.EventSource = class { readyState = 2; close() {} addEventListener() {} "
                                        "constructor() { setTimeout(() => this.onerror(), 1); } static CLOSED = 2; };");
    browser.before_load(hurry + broken);
    browser.open(timeline.url("/?category=bodhi"));
    CHECK(eventually_in(browser, "document.querySelector('.state').textContent === 'Live, every 10 seconds'") == "yes");
    add(timeline, 6, 7);
    CHECK(eventually_in(browser, first_row + " === 'message 7.'") == "yes");
    CHECK(browser.evaluate(row_count) == "7");
    add(timeline, 8, 150);
    CHECK(eventually_in(browser, first_row + " === 'message 150.'") == "yes");
    CHECK(browser.evaluate(row_count) == "150");
    CHECK(browser.complaints().empty());
}

TEST_CASE("a page that missed more than can be replayed loads itself anew, but not under a reader") {
    LiveTimeline timeline;
    add(timeline, 1, 400);
    Browser browser;
    // As if the computer had slept since the first message; once.
    browser.before_load(
        "new MutationObserver((changes, me) => { const bar = document.getElementById('live'); if (!bar) return; "
        "me.disconnect(); if (!sessionStorage.woken) bar.dataset.last = 1; sessionStorage.woken = 'yes'; "
        "if (location.hash === '#reading') window.scrollY = 500; "
        "}).observe(document, {childList: true, subtree: true});");
    browser.open(timeline.url("/"));
    CHECK(arrives(browser, "performance.getEntriesByType('navigation')[0].type === 'reload' && " + is_live));
    CHECK(browser.evaluate(row_count) == "50");
    browser.evaluate("sessionStorage.clear()");
    browser.open(timeline.url("/#reading"));
    CHECK(eventually_in(browser, fresh + ".textContent === 'Many new'") == "yes");
    CHECK(browser.evaluate(first_row) == "message 400.");
    browser.evaluate(fresh + ".click()");
    CHECK(arrives(browser, "performance.getEntriesByType('navigation')[0].type === 'reload' && " + is_live));
}

TEST_CASE("what can be pressed is 24 pixels high and wide, but for links within sentences") {
    LiveTimeline timeline({}, {{"git", {"git.receive"}, "", "<who> pushed", "ilse pushed", "https://example.org/"},
                               {"bodhi", {"bodhi.#"}, "", "<who> did", "ilse did", ""}});
    add(timeline, 1, 3);
    auto line = full_line("something");
    line->usernames = line->packages = {"i", "a-longer-name"};
    timeline.add(message("short"), line, at_second(1385298000));
    timeline.deliver();
    const std::string small = R"js([...document.querySelectorAll('a, button, input, summary')].filter(e => {
        const box = e.getBoundingClientRect();
        const inText = e.matches('.note a, .lead a, .x a, dd a, noscript a, .m:not(article .m) > a, .s a');
        return e.checkVisibility() && box.width > 1 && !inText && !e.closest('label') && (box.height < 24 || box.width < 24);
    }).map(e => e.outerHTML + JSON.stringify(e.getBoundingClientRect())).join('\n'))js";
    Browser browser;
    for (const int width : {1280, 320}) {
        for (const auto* path : {"/", "/?package=kernel&user=i&not_topic=a.b", "/?grouped=true", "/?before=3", "/m/1",
                                 "/stats", "/topics", "/nowhere"}) {
            Browser::Look look;
            look.width = width;
            browser.open(timeline.url(path), look);
            browser.evaluate("document.querySelectorAll('summary').forEach(s => s.click())");
            INFO(path << " at " << width);
            CHECK(browser.evaluate(small).empty());
        }
    }
}
