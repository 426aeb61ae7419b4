#include "bot/trust/base64.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

TEST_CASE("base64 is read as leniently as the bus reads it") {
    CHECK(decode_base64("") == "");
    CHECK(decode_base64("aGVsbG8=") == "hello");
    CHECK(decode_base64("aGVs\nbG8=\n") == "hello");
    CHECK(decode_base64("a-G*V\xc3\xa9s bG8=") == "hello");
    CHECK(decode_base64("aGVsbG8=aGVsbG8=") == "hello");  // a complete pad ends it
    CHECK(decode_base64("=aGVsbG8=") == "hello");         // a pad where none can be is passed over
    CHECK(decode_base64("aA==") == "h");
    CHECK(decode_base64("//79") == "\xff\xfe\xfd");
}

TEST_CASE("base64 that is not complete is none") {
    CHECK_FALSE(decode_base64("a"));
    CHECK_FALSE(decode_base64("aG"));
    CHECK_FALSE(decode_base64("aGVsbG8"));
    CHECK_FALSE(decode_base64("aA="));
}
