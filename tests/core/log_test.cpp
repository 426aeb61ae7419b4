#include "bot/core/log.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;

namespace {

// What is written on standard error meanwhile. Tests are quiet else (catch_main.cpp).
template <class Work>
std::string logged(Work&& work, log::Level level = log::Level::info) {
    const TempFolder folder;
    const auto path = (folder / "log").string();
    std::fflush(stderr);
    const int kept = ::dup(STDERR_FILENO);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(file, STDERR_FILENO);
    log::set_level(level);
    work();
    log::set_level(log::Level::error);
    std::fflush(stderr);
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    ::close(file);
    return fedmsgbot::testing::read_file(path);
}

}  // namespace

TEST_CASE("an event is one line with its time, level and fields") {
    const auto line = logged([] { log::info("source.connected", {{"endpoint", "tcp://x:1"}, {"count", 7}}); });
    CHECK_THAT(line, Catch::Matches(
                         R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info source\.connected endpoint=tcp://x:1 count=7)"
                         "\n"));
}

TEST_CASE("a field that could be misread is quoted") {
    const auto line = logged([] {
        log::warn("event",
                  {{"blank", "a b"}, {"quote", "a\"b"}, {"equals", "a=b"}, {"empty", ""}, {"both", "a \\\" b"}});
    });
    CHECK_THAT(line, Catch::Contains(R"( blank="a b" quote="a\"b" equals="a=b" empty="" both="a \\\" b")"));
}

TEST_CASE("no field can forge a line or send a terminal control bytes") {
    const auto line = logged([] { log::error("event", {{"text", "a\n2026-01-01 error forged\x1b[31m\r\a"}}); });
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.find_first_of("\x1b\r\a") == std::string::npos);
    const auto huge = logged([] { log::info("event", {{"text", std::string(1'000'000, 'x')}}); });
    CHECK(huge.size() > 1000);
    CHECK(huge.size() < 3000);
}

TEST_CASE("levels below the chosen one are silent") {
    const auto log_all = [] {
        log::debug("a.debug");
        log::info("an.info");
        log::warn("a.warning");
        log::error("an.error");
    };
    CHECK(logged(log_all, log::Level::debug).find("a.debug") != std::string::npos);
    CHECK(logged(log_all).find("a.debug") == std::string::npos);
    const auto lines = logged(
        [&] {
            log_all();
            CHECK_FALSE(log::is_enabled(log::Level::info));
            CHECK(log::is_enabled(log::Level::warn));
        },
        log::Level::warn);
    CHECK(lines.find("an.info") == std::string::npos);
    CHECK(lines.find("a.warning") != std::string::npos);
    CHECK(lines.find("an.error") != std::string::npos);
}

TEST_CASE("a limiter lets the first through and tells how many it held back") {
    std::uint64_t held_back = 0;
    log::Limiter limiter(std::chrono::seconds(3600));
    CHECK(limiter.admits(held_back));
    CHECK(held_back == 0);
    for (int n = 0; n < 10; ++n) CHECK_FALSE(limiter.admits(held_back));

    log::Limiter unlimited(std::chrono::seconds(0));
    for (int n = 0; n < 10; ++n) CHECK(unlimited.admits(held_back));
    CHECK(held_back == 0);

    log::Limiter limited(std::chrono::seconds(1));
    CHECK(limited.admits(held_back));
    for (int n = 0; n < 5; ++n) CHECK_FALSE(limited.admits(held_back));
    REQUIRE(fedmsgbot::testing::eventually([&] { return limited.admits(held_back); }));
    CHECK(held_back >= 5);
}
