#include "bot/store/journal.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/store/database.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

Message message(const std::string& id, const std::string& more = "") {
    return Message::parse(
               fmt::format(R"({{"topic":"org.x.prod.git.receive","msg_id":"{}","msg":{{"a":"{}"}}}})", id, more))
        .value();
}

const SystemTime noon{1700000000123ms};

// A message to `targets`, durable.
Entry put(Journal& journal, const std::string& id, const std::vector<std::string>& targets) {
    const auto entry = journal.accept(message(id), targets, noon);
    REQUIRE(entry);
    journal.commit();
    return *entry;
}

std::vector<Entry> owed(Journal& journal, std::string_view target, Entry after = 0, std::size_t limit = 100) {
    std::vector<Entry> entries;
    for (const auto& one : journal.owed(target, after, limit).messages) entries.push_back(one.entry);
    return entries;
}

}  // namespace

TEST_CASE("a journal gives back the bytes, the time and the order of what it took") {
    const TempFolder folder;
    Entry first, second;
    {
        Journal journal(folder / "j");
        first = put(journal, "one", {"irc", "blog"});
        second = put(journal, "two", {"irc"});
    }
    Journal journal(folder / "j");
    CHECK(first < second);
    CHECK(owed(journal, "irc") == std::vector{first, second});
    CHECK(owed(journal, "blog") == std::vector{first});
    CHECK(owed(journal, "elsewhere").empty());
    const auto again = journal.owed("blog", 0, 10).messages.at(0);
    CHECK(again.bytes == message("one").bytes());
    CHECK(again.accepted_at == noon);
    CHECK(journal.pending() == 3);
    CHECK(journal.pending("irc") == 2);
    CHECK(journal.targets() == std::vector<std::string>{"blog", "irc"});
}

TEST_CASE("a journal keeps how a message arrived, and takes over the file of a first version, with its ids") {
    const TempFolder folder;
    {
        Database first(folder / "j", 1, R"(
            CREATE TABLE message (entry INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, open INTEGER NOT NULL);
            CREATE TABLE body (entry INTEGER PRIMARY KEY, accepted_ms INTEGER NOT NULL, bytes BLOB NOT NULL);
            CREATE TABLE target (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE owed (target INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (target, entry))
                WITHOUT ROWID;
            INSERT INTO message VALUES (1, 'old', 1);
            INSERT INTO body VALUES (1, 0, '{}');
            INSERT INTO target VALUES (1, 'irc');
            INSERT INTO owed VALUES (1, 1);)");
    }
    {
        Journal journal(folder / "j");
        auto forged = message("forged");
        forged.note_arrival({Trust::invalid, true, Demand::mark});
        REQUIRE(journal.accept(forged, {"irc"}, noon));
        CHECK_FALSE(journal.accept(message("old"), {"irc"}, noon));
        journal.commit();
    }
    {
        Journal journal(folder / "j");
        const auto page = journal.owed("irc", 0, 10);
        REQUIRE(page.messages.size() == 2);
        CHECK(page.messages[0].arrival == Arrival{});
        CHECK(page.messages[1].arrival == Arrival{Trust::invalid, true, Demand::mark});
    }
    {
        Database file(folder / "j", 3, "");
        file.execute("UPDATE body SET trust = 17");
    }
    Journal journal(folder / "j");
    CHECK(journal.owed("irc", 0, 10).messages[0].arrival.trust == Trust::invalid);
}

TEST_CASE("a settled share is not served again, and the other targets' shares stay") {
    const TempFolder folder;
    {
        Journal journal(folder / "j");
        const auto entry = put(journal, "one", {"irc", "blog"});
        journal.settle(entry, "irc", Settlement::delivered);
        journal.settle(entry, "irc", Settlement::delivered);  // twice is as once
        journal.settle(entry + 1, "irc", Settlement::delivered);
        journal.settle(entry, "nobody", Settlement::delivered);
        CHECK(journal.pending() == 1);
        journal.commit();
    }
    Journal journal(folder / "j");
    CHECK(owed(journal, "irc").empty());
    CHECK(owed(journal, "blog").size() == 1);
    CHECK(journal.pending() == 1);
}

TEST_CASE("nothing is served before it is durable") {
    const TempFolder folder;
    Journal journal(folder / "j");
    CHECK_FALSE(journal.is_dirty());
    const auto entry = journal.accept(message("one"), {"irc"}, noon);
    CHECK(journal.is_dirty());
    CHECK(owed(journal, "irc").empty());
    journal.commit();
    CHECK_FALSE(journal.is_dirty());
    CHECK(owed(journal, "irc") == std::vector{*entry});
}

TEST_CASE("what was not committed is gone after a crash, as if it had never come") {
    const TempFolder folder;
    {
        Journal journal(folder / "j");
        const auto entry = put(journal, "one", {"irc"});
        journal.accept(message("two"), {"irc"}, noon);
        journal.settle(entry, "irc", Settlement::delivered);
    }
    Journal journal(folder / "j");
    CHECK(owed(journal, "irc").size() == 1);
    CHECK(journal.accept(message("two"), {"irc"}, noon));
}

TEST_CASE("a duplicate is refused: in the same batch, after settlement, after a restart, with a year before its id") {
    const TempFolder folder;
    {
        Journal journal(folder / "j");
        const auto entry = journal.accept(message("1e0f2a4c-aaaa"), {"irc"}, noon);
        CHECK_FALSE(journal.accept(message("1e0f2a4c-aaaa"), {"irc", "blog"}, noon));
        journal.commit();
        journal.settle(*entry, "irc", Settlement::delivered);
        CHECK_FALSE(journal.accept(message("2024-1e0f2a4c-aaaa"), {"irc"}, noon));
        CHECK(journal.accept(message("2024-bbbb"), {"irc"}, noon));
        journal.commit();
    }
    Journal journal(folder / "j");
    CHECK_FALSE(journal.accept(message("1e0f2a4c-aaaa"), {"irc"}, noon));
    CHECK_FALSE(journal.accept(message("bbbb"), {"irc"}, noon));
    CHECK(journal.accept(message("2024-"), {"irc"}, noon));
    CHECK(journal.accept(message("2025-"), {"irc"}, noon));  // a year alone is the id
    CHECK(journal.pending("blog") == 0);
}

TEST_CASE("a backlog is read in portions") {
    const TempFolder folder;
    Journal journal(folder / "j");
    std::vector<Entry> all;
    for (int i = 0; i < 25; ++i) all.push_back(put(journal, std::to_string(i), {"irc"}));
    std::vector<Entry> read;
    for (Entry cursor = 0;;) {
        const auto portion = owed(journal, "irc", cursor, 10);
        read.insert(read.end(), portion.begin(), portion.end());
        if (portion.size() < 10) break;
        cursor = portion.back();
    }
    CHECK(read == all);
}

TEST_CASE("a target that is gone gives up its shares and nobody else's") {
    const TempFolder folder;
    Journal journal(folder / "j");
    const auto first = put(journal, "one", {"irc", "blog"});
    put(journal, "two", {"irc"});
    CHECK(journal.abandon("irc") == 2);
    CHECK(journal.abandon("irc") == 0);
    CHECK(journal.abandon("never heard of") == 0);
    journal.commit();
    CHECK(journal.pending() == 1);
    CHECK(journal.targets() == std::vector<std::string>{"blog"});
    CHECK(owed(journal, "irc").empty());
    CHECK(owed(journal, "blog") == std::vector{first});
    CHECK_FALSE(journal.accept(message("two"), {"irc"}, noon));
}

TEST_CASE("housekeeping keeps the journal bounded and what is owed safe") {
    const TempFolder folder;
    const auto path = folder / "j";
    const auto extra = 1000;
    const auto count = static_cast<int>(Journal::remembered_ids) + extra;
    const auto rows = [&] { return std::stoi(Database(path, 3, "").ask("SELECT count(*) FROM message").value()); };
    Journal journal(path);
    const auto old = put(journal, "owed for long", {"irc"});
    for (int i = 0; i < count; ++i) {
        const auto entry = journal.accept(message(std::to_string(i)), {"blog"}, noon);
        journal.settle(*entry, "blog", Settlement::delivered);
        if (i % 5000 == 0) journal.commit();
    }
    journal.tidy();
    CHECK(rows() == static_cast<int>(Journal::remembered_ids) + 1);
    CHECK(owed(journal, "irc") == std::vector{old});
    CHECK_FALSE(journal.accept(message(std::to_string(count - 1)), {"blog"}, noon));
    CHECK_FALSE(journal.accept(message(std::to_string(extra)), {"blog"}, noon));
    CHECK(journal.accept(message("0"), {"blog"}, noon));
    journal.settle(old, "irc", Settlement::delivered);
    journal.commit();
    CHECK(Database(path, 3, "").ask("SELECT entry FROM message ORDER BY entry LIMIT 1") > std::to_string(old));
    CHECK(Database(path, 3, "").ask("SELECT count(*) FROM body") == "1");
}

TEST_CASE("a number is never given out twice, whatever was settled and forgotten") {
    const TempFolder folder;
    Entry last = 0;
    for (int run = 0; run < 3; ++run) {
        Journal journal(folder / "j");
        const auto entry = put(journal, std::to_string(run), {"irc"});
        CHECK(entry > last);
        last = entry;
        journal.settle(entry, "irc", Settlement::delivered);
        journal.tidy();
    }
}
