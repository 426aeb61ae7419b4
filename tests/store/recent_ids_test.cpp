#include "bot/store/recent_ids.h"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

// What the journal does: the entry tells whether it has the id.
bool holds(const RecentIds& ids, Entry entry) {
    return ids.contains("id " + std::to_string(entry), [&](Entry candidate) { return candidate == entry; });
}

}  // namespace

TEST_CASE("the ids that were accepted last are known, so many and no more") {
    constexpr std::size_t most = 1000;
    RecentIds ids(most);
    CHECK_FALSE(holds(ids, 1));
    for (Entry entry = 1; entry <= 5 * most; ++entry) {
        ids.add(entry, "id " + std::to_string(entry));
        REQUIRE(holds(ids, entry));
        REQUIRE_FALSE(holds(ids, entry + 1));
        if (entry % 777 != 0) continue;
        for (Entry one = 1; one <= entry; ++one) REQUIRE(holds(ids, one) == (one + most > entry));
    }
}

TEST_CASE("an id whose hash is another's is asked about, and both are known") {
    RecentIds ids(4);
    ids.add(7, "same");
    ids.add(9, "same");
    std::set<Entry> asked;
    const auto none = [&](Entry entry) { return !asked.insert(entry).second; };
    CHECK_FALSE(ids.contains("same", none));
    CHECK(asked == std::set<Entry>{7, 9});
    CHECK(ids.contains("same", [](Entry entry) { return entry == 7; }));
    for (Entry entry = 10; entry < 13; ++entry) ids.add(entry, std::to_string(entry));
    CHECK_FALSE(ids.contains("same", [](Entry entry) { return entry == 7; }));
    CHECK(ids.contains("same", [](Entry entry) { return entry == 9; }));
}

TEST_CASE("a keyed hash is SipHash-2-4 as its authors publish it, and no two keys agree") {
    // Of the paper's appendix: the key 00..0f, the text 00..0e.
    const KeyedHash::Key key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    std::string text;
    for (char c = 0; c < 15; ++c) text += c;
    CHECK(KeyedHash(key)(text) == 0xa129ca6149be45e5);
    CHECK(KeyedHash()(text) != KeyedHash()(text));
}
