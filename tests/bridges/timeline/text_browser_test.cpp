// Browsers without style sheets and scripts: the pages must read well as plain text.

#include <regex>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

std::string dump(const std::string& url) {
    Process::Options options;
    options.environment = {{"no_proxy", "127.0.0.1"}, {"LC_ALL", "C.UTF-8"}};
    const auto finished = run({"w3m", "-dump", "-cols", "80", "-I", "UTF-8", "-O", "UTF-8", url}, options);
    INFO(finished.errors);
    REQUIRE(finished.status == 0);
    return finished.output;
}

}  // namespace

TEST_CASE("a text browser shows sentences, topics, names, times and the ways on") {
    LiveTimeline timeline;
    for (int i = 1; i <= 60; ++i) timeline.add(fmt::format("ralph commented on update {}.", i));
    timeline.deliver();
    const auto front = dump(timeline.url("/"));
    INFO(front);
    CHECK(front.find("Fedora message bus") != std::string::npos);
    CHECK(front.find("ralph commented on update 60.") != std::string::npos);
    CHECK(front.find("ralph commented on update 10.") == std::string::npos);
    CHECK(std::regex_search(front, std::regex("bodhi\\.update\\.comment +kernel +python-fedmsg +ralph +toshio")));
    CHECK(front.find("Older") != std::string::npos);
    CHECK(front.find("loaded again") != std::string::npos);
    CHECK(front.find("Monday, 24 November 2013") == std::string::npos);
    CHECK(front.find("Sunday, 24 November 2013") != std::string::npos);
    // Nothing of what needs a script.
    for (const auto* text : {"Pause", "Keys", "Connecting", "use these keys"}) {
        INFO(text);
        CHECK(front.find(text) == std::string::npos);
    }
    const auto own = dump(timeline.url("/m/7"));
    INFO(own);
    CHECK(own.find("ralph commented on update 7.") != std::string::npos);
    CHECK(own.find("\"msg_id\": \"id-7\"") != std::string::npos);
    CHECK(dump(timeline.url("/?user=nobody")).find("No results for nobody") != std::string::npos);
}
