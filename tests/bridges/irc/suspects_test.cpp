#include "bridges/irc/suspects.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using Ground = Suspects::Ground;

namespace {

// Accused, and then somebody else gets through, so often.
void strike(Suspects& suspects, Ground ground, int times, const std::string& witness = "#a") {
    for (int i = 0; i < times; ++i) {
        suspects.accuse("#a", 7, ground, "404 no");
        suspects.witness(witness);
    }
}

}  // namespace

TEST_CASE("a post is condemned when it alone was refused three times, with the server's words") {
    const auto ground = GENERATE(Ground::refused, Ground::removed, Ground::closed);
    Suspects suspects;
    strike(suspects, ground, 2);
    CHECK_FALSE(suspects.verdict("#a", 7));
    strike(suspects, ground, 1);
    REQUIRE(suspects.verdict("#a", 7));
    CHECK(*suspects.verdict("#a", 7) == "refused 3 times for what it says, while others got through: 404 no");
    CHECK_FALSE(suspects.verdict("#a", 8));
    CHECK_FALSE(suspects.verdict("#b", 7));
}

TEST_CASE("however often a post is refused, without a witness it stays owed") {
    Suspects suspects;
    for (int i = 0; i < 1000; ++i) suspects.accuse("#a", 7, Ground::refused, "banned");
    CHECK_FALSE(suspects.verdict("#a", 7));
    suspects.witness("#a");
    suspects.witness("#a");
    suspects.witness("#a");
    CHECK_FALSE(suspects.verdict("#a", 7));
}

TEST_CASE("what another channel passes on says something of the link, and nothing of this channel") {
    Suspects suspects;
    strike(suspects, Ground::refused, 3, "#b");
    strike(suspects, Ground::removed, 3, "#b");
    CHECK_FALSE(suspects.verdict("#a", 7));
    strike(suspects, Ground::closed, 3, "#b");
    CHECK(suspects.verdict("#a", 7));
}

TEST_CASE("who costs us the channel or the link again lets others go first; who is merely refused does not") {
    Suspects suspects;
    suspects.accuse("#a", 7, Ground::refused, "no");
    suspects.accuse("#a", 7, Ground::refused, "no");
    CHECK_FALSE(suspects.awaits_witness("#a", 7));
    suspects.acquit("#a", 7);
    suspects.accuse("#a", 7, Ground::closed, "no");
    CHECK_FALSE(suspects.awaits_witness("#a", 7));
    suspects.accuse("#a", 7, Ground::closed, "no");
    CHECK(suspects.awaits_witness("#a", 7));
    suspects.witness("#a");
    CHECK_FALSE(suspects.awaits_witness("#a", 7));
    CHECK(suspects.knows("#a", 7));
}

TEST_CASE("a reprieve is no acquittal, and no proof either") {
    Suspects suspects;
    for (int i = 0; i < 5; ++i) {
        suspects.accuse("#a", 7, Ground::closed, "no");
        suspects.reprieve("#a", 7);
        suspects.witness("#a");
    }
    CHECK_FALSE(suspects.awaits_witness("#a", 7));
    CHECK_FALSE(suspects.verdict("#a", 7));
    CHECK(suspects.accusations("#a", 7) == 5);
}

TEST_CASE("who was delivered after all, or is owed no longer, is forgotten with all strikes") {
    Suspects suspects;
    strike(suspects, Ground::refused, 2);
    suspects.suspect("#a", 7);  // takes nothing back
    suspects.acquit("#a", 7);
    CHECK(suspects.is_empty());
    strike(suspects, Ground::refused, 2);
    suspects.suspect("#b", 3);
    suspects.forget_before("#a", 7);
    CHECK(suspects.knows("#a", 7));
    suspects.forget_before("#a", 8);
    CHECK_FALSE(suspects.knows("#a", 7));
    CHECK(suspects.knows("#b", 3));
}
