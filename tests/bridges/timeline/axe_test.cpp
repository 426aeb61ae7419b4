// What axe-core finds on the pages, in a real Chromium.

#include "tests/support/axe.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_browser.h"
#include "tests/bridges/timeline/live_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

struct Looked {
    std::string path;
    std::string prepare = {};  // what is done with the page first
};

const std::vector<Looked> pages = {
    {"/"},
    {"/", "document.querySelector('.help').click(); document.querySelector('.filter summary').click()"},
    {"/?grouped=true", "document.querySelector('.n summary').click()"},
    {"/?package=kernel&not_user=nobody&contains=karma"},
    {"/?contains=nothingatall"},
    {"/?before=3"},
    {"/?before=1"},
    {"/m/1"},
    {"/stats"},
    {"/topics"},
    {"/topics?pattern=nothingatall"},
    {"/m/999"},
    {"/?before=abc"},
    {"/nowhere"},
};

}  // namespace

TEST_CASE("axe-core has no findings on any page, in both themes, wide and at 320 pixels") {
    const Axe axe;
    if (!axe.is_there()) {
        WARN("NOT TESTED: " << axe.why());
        return;
    }
    LiveTimeline timeline({}, {{"git", {"git.receive"}, "", "<who> pushed", "ilse pushed", "https://example.org/"},
                               {"bodhi", {"bodhi.#"}, "", "<who> did", "ilse did", ""}});
    const auto today = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    for (int i = 1; i <= 8; ++i) {
        auto line = full_line(fmt::format("ralph gave an update karma: {}", i), i % 3 == 0 ? "git" : "bodhi");
        line->long_form = "+ first line\n- second line";
        timeline.add(message(fmt::format("id-{}", i)), line, today - std::chrono::seconds(10 - i));
    }
    timeline.deliver();
    Browser browser;
    for (const auto& [dark, width] : {std::pair(false, 1280), std::pair(true, 320)}) {
        Browser::Look look;
        look.dark = dark;
        look.width = width;
        for (const auto& page : pages) {
            browser.open(timeline.url(page.path), look);
            if (!page.prepare.empty()) browser.evaluate(page.prepare);
            std::string found;
            for (const auto& finding : axe.findings(browser)) found += finding + "\n";
            INFO(page.path << " " << page.prepare << (dark ? " dark " : " light ") << width << "\n" << found);
            CHECK(found.empty());
        }
    }
}

TEST_CASE("axe-core finds what is wrong with a page that is wrong") {
    const Axe axe;
    if (!axe.is_there()) {
        WARN("NOT TESTED: " << axe.why());
        return;
    }
    LiveTimeline timeline;
    Browser browser;
    browser.open(timeline.url("/"));
    CHECK(axe.findings(browser).empty());
    browser.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<main><img src=icon.svg><button></button></main>')");
    std::string found;
    for (const auto& finding : axe.findings(browser)) found += finding + "\n";
    CHECK(found.find("image-alt") != std::string::npos);
    CHECK(found.find("button-name") != std::string::npos);
}
