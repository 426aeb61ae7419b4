#include "bot/core/time_scanner.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

const SystemTime noon{std::chrono::seconds(1795521900)};  // 2026-11-24T12:05:00Z

}  // namespace

TEST_CASE("a time in ISO 8601 is read in every form that servers use") {
    CHECK(parse_iso_time("2026-11-24T12:05:00Z") == noon);
    CHECK(parse_iso_time("2026-11-24T12:05:00.250Z") == noon + 250ms);
    CHECK(parse_iso_time("2026-11-24T12:05:00.123456Z") == noon + 123ms);
    CHECK(parse_iso_time("2026-11-24T13:05:00+01:00") == noon);
    CHECK(parse_iso_time("2026-11-24T09:35:00.000-0230") == noon);
    CHECK(parse_iso_time("2026-11-24 12:05:00") == noon);
    CHECK(parse_iso_time("2026-11-24 12:05:00+00") == noon);
    CHECK(parse_iso_time("2026-11-24 09:05:00.5-03") == noon + 500ms);
}

TEST_CASE("what is no time in ISO 8601 is nothing") {
    for (const char* text : {"", "soon", "2026", "2026-11-24", "2026-13-24T12:05:00Z", "2026-02-30T12:05:00Z",
                             "2026-11-24T25:05:00Z", "2026-11-24T12:05:00X", "2026-11-24T12:05:00+1",
                             "2026-11-24T12:05:00+1:", "2026-11-24T12:05:00+01:", "9999-11-24T12:05:00Z",
                             "0000-00-00T00:00:00Z", "-1", "nan", "1e300", "1795521900000"}) {
        INFO(text);
        CHECK_FALSE(parse_iso_time(text));
    }
}

}  // namespace fedmsgbot
