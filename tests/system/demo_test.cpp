#include <string>

#include <catch2/catch.hpp>

#include "tests/support/process.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;

TEST_CASE("the demo delivers everything to a real channel and the timeline and ends with a clean summary") {
    const auto finished = run({binary(), "demo", "--seconds", "8"}, {}, std::chrono::seconds(60));
    INFO(finished.output << finished.errors);
    CHECK(finished.status == 0);
    CHECK(finished.output.find("#fedora-fedmsg") != std::string::npos);
    const auto at = finished.output.rfind("summary ");
    REQUIRE(at != std::string::npos);
    const auto summary = finished.output.substr(at + 8);
    const auto received = count_in(summary, "received");
    CHECK(received > 3);
    CHECK(count_in(summary, "formatted") == received);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "demo/#fedora-fedmsg") == received);
    CHECK(count_in(summary, "timeline") == received);
}

TEST_CASE("two demos at once use other ports and say so") {
    Process first({binary(), "demo", "--seconds", "6"});
    REQUIRE(first.says("Ctrl-C ends it."));
    const auto second = run({binary(), "demo", "--seconds", "2"}, {}, std::chrono::seconds(60));
    INFO(second.output << second.errors);
    CHECK(second.status == 0);
    CHECK(second.output.find("is taken") != std::string::npos);
    CHECK(first.wait(std::chrono::seconds(60)) == 0);
}

TEST_CASE("the demo ends on Ctrl-C with 0 and its summary") {
    Process demo({binary(), "demo"});
    REQUIRE(demo.says("Ctrl-C ends it."));
    REQUIRE(demo.says(" -- "));
    demo.signal(SIGINT);
    CHECK(demo.wait(std::chrono::seconds(30)) == 0);
    CHECK(demo.output().find("summary received=") != std::string::npos);
}
