#include "bot/store/ledger.h"

#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/world.h"

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

const SystemTime noon{std::chrono::seconds(1795500000)};

}  // namespace

TEST_CASE("a ledger knows nothing of a message that was never begun") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    CHECK_FALSE(ledger.find("2026-1"));
    CHECK_FALSE(ledger.belongs_to_another("7", "2026-1"));
}

TEST_CASE("what was begun is still known after the bot died without a word") {
    testing::TempFolder folder;
    { Ledger(folder / "blog.sqlite", "blog").begin("2026-1", "ralph pushed \"é\"", noon); }
    Ledger ledger(folder / "blog.sqlite", "blog");
    const auto record = ledger.find("2026-1");
    REQUIRE(record);
    CHECK(record->state == LedgerRecord::State::sending);
    CHECK(record->text == "ralph pushed \"é\"");
    CHECK(record->begun == noon);
    CHECK(record->attempted == noon);
    CHECK(record->remote_id.empty());
}

TEST_CASE("a begun message is on the disk while the ledger that wrote it is still open") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("2026-1", "text", noon);
    Ledger other(folder / "blog.sqlite", "blog");
    CHECK(other.find("2026-1"));
}

TEST_CASE("a posted message keeps its remote id and address for good") {
    testing::TempFolder folder;
    {
        Ledger ledger(folder / "blog.sqlite", "blog");
        ledger.begin("2026-1", "text", noon);
        ledger.posted("2026-1", "1795", "https://blog.example/@bus/1795");
    }
    Ledger ledger(folder / "blog.sqlite", "blog");
    const auto record = ledger.find("2026-1");
    REQUIRE(record);
    CHECK(record->state == LedgerRecord::State::posted);
    CHECK(record->remote_id == "1795");
    CHECK(record->url == "https://blog.example/@bus/1795");
}

TEST_CASE("a remote post belongs to the message it was made for, and to no other") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("2026-1", "the same words", noon);
    ledger.posted("2026-1", "1795", "");
    ledger.begin("2026-2", "the same words", noon);
    CHECK(ledger.belongs_to_another("1795", "2026-2"));
    CHECK_FALSE(ledger.belongs_to_another("1795", "2026-1"));
    CHECK_FALSE(ledger.belongs_to_another("1796", "2026-2"));
}

TEST_CASE("a further attempt moves the time of the last one, not of the first, nor the text") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("2026-1", "text", noon);
    ledger.begin_again("2026-1", noon + 30s);
    const auto record = ledger.find("2026-1");
    REQUIRE(record);
    CHECK(record->begun == noon);
    CHECK(record->attempted == noon + 30s);
    CHECK(record->text == "text");
}

TEST_CASE("a withdrawn message may begin anew") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("2026-1", "text", noon);
    ledger.withdraw("2026-1");
    CHECK_FALSE(ledger.find("2026-1"));
    ledger.begin("2026-1", "another text", noon);
    CHECK(ledger.find("2026-1")->text == "another text");
}

TEST_CASE("beginning twice is a mistake that does not pass in silence") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("2026-1", "text", noon);
    CHECK_THROWS_AS(ledger.begin("2026-1", "text", noon), DatabaseError);
}

TEST_CASE("bridges that share a file do not see each other") {
    testing::TempFolder folder;
    Ledger blog(folder / "both.sqlite", "blog");
    Ledger news(folder / "both.sqlite", "news");
    blog.begin("2026-1", "text", noon);
    blog.posted("2026-1", "1795", "");
    CHECK_FALSE(news.find("2026-1"));
    CHECK_FALSE(news.belongs_to_another("1795", "2026-2"));
}

TEST_CASE("tidying forgets what is old and keeps what is young") {
    testing::TempFolder folder;
    Ledger ledger(folder / "blog.sqlite", "blog");
    ledger.begin("old", "text", noon - Ledger::kept_for - 1h);
    ledger.begin("young", "text", noon - 1h);
    ledger.begin("tried again", "text", noon - Ledger::kept_for - 1h);
    ledger.begin_again("tried again", noon);
    ledger.tidy(noon);
    CHECK_FALSE(ledger.find("old"));
    CHECK(ledger.find("young"));
    CHECK(ledger.find("tried again"));
}

TEST_CASE("tidying does a bounded amount of work a call and gets everything in the end") {
    testing::TempFolder folder;
    const auto path = folder / "blog.sqlite";
    Ledger ledger(path, "blog");
    {
        Database database(path, 1, "");
        database.begin();
        auto insert = database.prepare(
            "INSERT INTO ledger (bridge, message, state, begun, attempted, text) VALUES ('blog', ?1, 1, ?2, ?2, "
            "'text')");
        for (std::int64_t n = 0; n < Ledger::kept_records + 1200; ++n)
            insert.bind(0, std::to_string(n)).bind(1, std::int64_t{1795500000000}).run();
        database.commit();
    }
    ledger.tidy(noon);
    CHECK_FALSE(ledger.find("499"));
    CHECK(ledger.find("500"));
    for (int i = 0; i < 3; ++i) ledger.tidy(noon);
    CHECK_FALSE(ledger.find("1199"));
    CHECK(ledger.find("1200"));
}

}  // namespace fedmsgbot
