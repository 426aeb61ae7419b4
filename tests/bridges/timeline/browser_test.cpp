// The timeline as a real browser sees it.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/browser.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

const std::string evil =
    "\"'></p><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out += line + "\n";
    return out;
}

}  // namespace

TEST_CASE("a real browser shows the messages in order, without scripts and without asking anybody else") {
    LiveTimeline timeline;
    for (int i = 1; i <= 60; ++i) timeline.add(fmt::format("message {}", i));
    timeline.deliver();
    Browser browser;
    const auto scripts = GENERATE(true, false);
    Browser::Look look;
    look.scripts = scripts;
    browser.open(timeline.url("/"), look);
    const auto texts = nlohmann::json::parse(
        browser.evaluate("JSON.stringify([...document.querySelectorAll('article .s')].map(e => e.textContent))"));
    REQUIRE(texts.size() == 50);
    for (int i = 0; i < 50; ++i) CHECK(texts[static_cast<std::size_t>(i)] == fmt::format("message {}", 60 - i));
    CHECK(joined(browser.complaints()).empty());
    for (const auto& request : browser.requests()) CHECK(request.starts_with(timeline.url("/")));

    browser.open(browser.evaluate("document.querySelector('a[rel=next]').href"), look);
    CHECK(browser.evaluate("document.querySelectorAll('article').length") == "10");
    browser.open(browser.evaluate("document.querySelector('a.w').href"), look);
    CHECK(browser.evaluate("document.querySelector('h1').textContent") == "message 10");
    CHECK(joined(browser.complaints()).empty());
}

TEST_CASE("hostile messages are shown as text and run nothing in a real browser") {
    LiveTimeline timeline;
    auto line = full_line(evil, evil);
    line->title = line->agent = line->rule = line->long_form = evil;
    line->usernames = line->packages = line->objects = {evil};
    line->link = "javascript:document.title='owned'";
    timeline.add(message("id-1", "</pre><script>document.title='owned'</script>"), line, at_second(1385298309));
    timeline.deliver();
    Browser browser;
    for (const auto* path : {"/", "/m/1"}) {
        INFO(path);
        browser.open(timeline.url(path));
        CHECK(browser.dom().find("owned") != std::string::npos);
        CHECK(browser.evaluate("document.querySelectorAll('script:not([src*=\"live.js\"], [src*=\"theme.js\"]), img, "
                               "iframe, [onerror]').length") == "0");
        CHECK(browser.evaluate("document.title.endsWith('Fedora message bus')") == "true");
        CHECK(browser.evaluate("[...document.links].filter(a => !a.protocol.startsWith('http')).length") == "0");
        CHECK(browser.evaluate("document.querySelector('.s, h1[dir]').textContent") == evil);
        CHECK(joined(browser.complaints()).empty());
    }
}

TEST_CASE("the content policy stops a script that gets into the page all the same") {
    LiveTimeline timeline;
    Browser browser;
    browser.open(timeline.url("/"));
    browser.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"document.title=1\" id=x>x</p>')");
    browser.evaluate("document.getElementById('x').click()");
    CHECK(browser.evaluate("document.title") == "Fedora message bus");
    CHECK(joined(browser.complaints()).find("Content Security Policy") != std::string::npos);
}

TEST_CASE("no page needs sideways scrolling, from 320 pixels on") {
    const std::string wide(300, 't');
    LiveTimeline timeline({}, {{wide, {wide, wide}, wide, "<" + std::string(30, 'n') + "> " + wide, wide, ""}});
    timeline.add(std::string(400, 'W') + " and " + std::string(300, 'x'));
    auto line = full_line("many things", std::string(90, 's'));
    line->packages = {std::string(200, 'p'), "a", "b", "c", "d", "e"};
    line->usernames = {std::string(200, 'u')};
    line->link = "https://" + std::string(200, 'h') + ".example.org/" + std::string(300, 'y');
    line->long_form = std::string(500, 'l');
    timeline.add(message("wide", std::string(600, 'r')), line, at_second(1385298309));
    timeline.deliver();
    Browser browser;
    for (const auto* path : {"/", "/?grouped=true", "/m/1", "/m/2", "/m/99", "/?before=2", "/?before=1", "/topics",
                             "/topics?pattern=nothing", "/stats"}) {
        for (const int width : {320, 768, 1280}) {
            Browser::Look look;
            look.width = width;
            browser.open(timeline.url(path), look);
            INFO(path << " at " << width);
            CHECK(browser.evaluate(fmt::format("document.documentElement.scrollWidth <= {}", width)) == "true");
        }
    }
}

TEST_CASE("text keeps a contrast of 4.5 to 1 in the light and in the dark") {
    LiveTimeline timeline({}, {{"git", {"git.receive"}, "", "<who> pushed", "ilse pushed", "https://example.org/"},
                               {"bodhi", {"bodhi.#"}, "", "<who> did", "ilse did", ""}});
    for (const auto* service : {"git", "bodhi", "buildsys", "copr", "pagure", "fas", "wiki", "bugzilla", "github",
                                "planet", "logger", "announce"})
        timeline.add(message(service), full_line("a sentence", service), at_second(1385298309));
    timeline.deliver();
    // Paints every colour on a canvas, so that it does not matter in which notation the browser tells it.
    const std::string measure = R"js((() => {
        const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const rgb = color => {
            context.clearRect(0, 0, 1, 1); context.fillStyle = color; context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data];
        };
        const light = color => rgb(color).slice(0, 3).map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const behind = element => {
            for (let e = element; e; e = e.parentElement) {
                const color = getComputedStyle(e).backgroundColor;
                if (rgb(color)[3] == 255) return color;
            }
            return 'white';
        };
        const bad = [];
        for (const element of document.querySelectorAll('body *')) {
            if (![...element.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
            const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
            const ratio = (a + .05) / (b + .05);
            if (ratio < 4.5) bad.push(element.className + ' ' + element.textContent + ' ' + ratio.toFixed(2));
        }
        return bad.join('\n');
    })())js";
    Browser browser;
    for (const bool dark : {false, true}) {
        for (const auto* path : {"/", "/?package=kernel&not_user=x&grouped=true", "/?user=nobody", "/m/1", "/m/99",
                                 "/topics", "/topics?pattern=nothing", "/stats"}) {
            Browser::Look look;
            look.dark = dark;
            browser.open(timeline.url(path), look);
            INFO(path << (dark ? " dark" : " light"));
            CHECK(browser.evaluate(measure).empty());
        }
    }
    CHECK(browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 24)");
}

TEST_CASE("a browser's picture of the page is a picture of the page's size") {
    LiveTimeline timeline;
    TempFolder folder;
    Browser browser;
    browser.screenshot(timeline.url("/"), folder / "page.png", 360, true);
    const auto png = read_file(folder / "page.png");
    REQUIRE(png.size() > 1000);
    CHECK(png.substr(1, 3) == "PNG");
    CHECK(png.substr(16, 4) == std::string("\0\0\x01\x68", 4));
}
