#include "bridges/microblog/server_time.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

const SystemTime noon{std::chrono::seconds(1795521900)};  // 2026-11-24T12:05:00Z

}  // namespace

TEST_CASE("an HTTP date is read") { CHECK(parse_http_date("Tue, 24 Nov 2026 12:05:00 GMT") == noon); }

TEST_CASE("what is no time is nothing") {
    for (const char* text :
         {"", "soon", "2026", "2026-11-24", "2026-13-24T12:05:00Z", "2026-02-30T12:05:00Z", "2026-11-24T25:05:00Z",
          "2026-11-24T12:05:00X", "2026-11-24T12:05:00+1", "9999-11-24T12:05:00Z", "0000-00-00T00:00:00Z", "-1", "nan",
          "inf", "1e300", "1795521900000", "Tue, 24 Foo 2026 12:05:00 GMT", "Tue, 4 Nov"}) {
        INFO(text);
        CHECK_FALSE(parse_http_date(text));
        if (std::string_view(text) != "2026") CHECK_FALSE(parse_wait(text, noon));
    }
}

TEST_CASE("the wait that a header asks for is read in each of its forms") {
    CHECK(parse_wait("30", noon) == 30s);
    CHECK(parse_wait("0", noon) == 0ms);
    CHECK(parse_wait("1.5", noon) == 1500ms);
    CHECK(parse_wait("1795521960", noon) == 60s);
    CHECK(parse_wait("2026-11-24T12:06:30.000Z", noon) == 90s);
    CHECK(parse_wait("Tue, 24 Nov 2026 12:07:00 GMT", noon) == 120s);
    CHECK(parse_wait("2026-11-24T11:00:00Z", noon) == 0ms);
    CHECK(parse_wait("1795521000", noon) == 0ms);
}

TEST_CASE("Twitter's form of a time is read, and what is none is not") {
    CHECK(parse_twitter_time("Tue Nov 24 12:05:00 +0000 2026") == noon);
    CHECK(parse_twitter_time("Tue Nov 24 13:05:00 +0100 2026") == noon);
    for (const char* text :
         {"", "Tue", "Tue Nov 24 12:05:00 +0000", "Tue Nov 24 12:05:00 2026", "Tue Nov 31 12:05:00 +0000 2026",
          "Tue Nov 24 25:05:00 +0000 2026", "Tue Nov 24 12:05:00 +00 2026", "2026-11-24T12:05:00Z"})
        CHECK_FALSE(parse_twitter_time(text));
}

}  // namespace fedmsgbot
