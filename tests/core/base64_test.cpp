#include "bot/core/base64.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

TEST_CASE("base64 goes there and back for every length") {
    for (std::size_t length = 0; length < 20; ++length) {
        const std::string bytes(length, '\xfe');
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
    CHECK_FALSE(from_base64("abc"));
    CHECK_FALSE(from_base64("ab!d"));
    CHECK(to_base64("bus:p@ss") == "YnVzOnBAc3M=");
}
