#include "bot/store/said_log.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/store/journal.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const SystemTime noon{1700000000123ms};

}  // namespace

TEST_CASE("a line is known to have been told to its target, from then on until as long ago as is asked for") {
    const TempFolder folder;
    Journal journal(folder / "journal.sqlite");
    journal.note_told("irc/#a", "x", noon);
    CHECK(journal.was_told("irc/#a", "x", noon - 1min, noon));
    CHECK(journal.was_told("irc/#a", "x", noon - 1min, noon + 59s));
    CHECK_FALSE(journal.was_told("irc/#a", "x", noon, noon + 1min));
    CHECK_FALSE(journal.was_told("irc/#b", "x", noon - 1min, noon));
    CHECK_FALSE(journal.was_told("irc/#a", "y", noon - 1min, noon));
    // A clock that was set back must not silence anybody.
    CHECK_FALSE(journal.was_told("irc/#a", "x", noon - 2min, noon - 1min));
    journal.note_told("irc/#a", "x", noon + 5min);
    CHECK(journal.was_told("irc/#a", "x", noon + 4min, noon + 6min));
}

TEST_CASE("what was told and what was spent survive a restart, as far as it was committed") {
    const TempFolder folder;
    {
        Journal journal(folder / "journal.sqlite");
        journal.note_told("t", "x", noon);
        journal.spend("meter", noon, 2, 1h);
        journal.spend("meter", noon + 1s, 3, 1h);
        journal.spend("meter", noon, 1, 1h);
        journal.spend("other", noon, 9, 1h);
        journal.spend("meter", noon + 1s, -1, 1h);
        journal.commit();
        journal.note_told("t", "y", noon);
        journal.spend("meter", noon + 2s, 1, 1h);
    }
    Journal journal(folder / "journal.sqlite");
    CHECK(journal.was_told("t", "x", noon - 1s, noon));
    CHECK_FALSE(journal.was_told("t", "y", noon - 1s, noon));
    const auto spent = journal.spent("meter", noon + 24h);
    REQUIRE(spent.size() == 2);
    CHECK(spent[0].at == noon);
    CHECK(spent[0].count == 3);
    CHECK(spent[1].count == 2);
}

TEST_CASE("what no limit looks at any more is forgotten with the next that is spent") {
    const TempFolder folder;
    Journal journal(folder / "journal.sqlite");
    for (int minute = 0; minute < 600; ++minute) journal.spend("meter", noon + minute * 1min, 1, 1h);
    CHECK(journal.spent("meter", noon + 24h).size() == 61);
    journal.spend("meter", noon + 600min, -1, 1h);
    CHECK(journal.spent("meter", noon + 24h).size() == 60);
}

TEST_CASE("what was spent at no time that is known is not taken back from what is spent then later") {
    const TempFolder folder;
    Journal journal(folder / "journal.sqlite");
    journal.spend("meter", noon, -3, 1h);
    journal.spend("meter", noon, 2, 1h);
    REQUIRE(journal.spent("meter", noon + 24h).size() == 1);
    CHECK(journal.spent("meter", noon + 24h).front().count == 2);
    journal.spend("meter", noon, -3, 1h);
    journal.spend("meter", noon, 1, 1h);
    CHECK(journal.spent("meter", noon + 24h).front().count == 1);
}

TEST_CASE("what a clock that was set back has put into the future is as old as now, for good") {
    const TempFolder folder;
    {
        Journal journal(folder / "journal.sqlite");
        journal.spend("meter", noon, 1, 24h);
        journal.spend("meter", noon + 1h, 2, 24h);
        journal.spend("meter", noon + 2h, 3, 24h);
        journal.spend("other", noon + 2h, 9, 24h);
        CHECK(journal.spent("meter", noon).size() == 1);
        journal.commit();
    }
    Journal journal(folder / "journal.sqlite");
    const auto spent = journal.spent("meter", noon + 1h);
    REQUIRE(spent.size() == 1);
    CHECK(spent.front().at == noon);
    CHECK(spent.front().count == 6);
    CHECK(journal.spent("other", noon + 2h).front().at == noon + 2h);
}

TEST_CASE("of the lines that were told the last are remembered, up to a bound") {
    const TempFolder folder;
    Database database(folder / "said.sqlite", 1, "");
    SaidLog said(database);
    database.begin();
    said.note_told("t", "first", noon);
    said.note_told("t", "again", noon);
    for (int n = 0; n < SaidLog::remembered_lines - 1; ++n) said.note_told("t", fmt::format("{}", n), noon);
    CHECK_FALSE(said.was_told("t", "first", noon - 1s, noon));
    CHECK(said.was_told("t", "again", noon - 1s, noon));
    said.note_told("t", "again", noon);  // now it is one of the newest
    for (int n = 0; n < 10; ++n) said.note_told("t", fmt::format("more {}", n), noon);
    CHECK(said.was_told("t", "again", noon - 1s, noon));
    CHECK_FALSE(said.was_told("t", "0", noon - 1s, noon));
    database.commit();
    CHECK(database.ask("SELECT count(*) FROM told") == std::to_string(SaidLog::remembered_lines));
}
