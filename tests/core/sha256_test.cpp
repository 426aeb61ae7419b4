#include "bot/core/sha256.h"

#include <catch2/catch.hpp>

namespace fedmsgbot {

// The examples of FIPS 180.
TEST_CASE("a digest is what the standard says, and the parts are one text") {
    CHECK(hexadecimal(sha256({"abc"})) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hexadecimal(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256({"a", "", "bc"}) == sha256({"abc"}));
    CHECK(sha256({"a\n", "bc"}) != sha256({"a", "bc"}));
}

}  // namespace fedmsgbot
