#include "bot/store/database.h"

#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

constexpr auto schema = "CREATE TABLE IF NOT EXISTS note (number INTEGER PRIMARY KEY, words TEXT, bytes BLOB)";

std::string failure(const std::filesystem::path& path, int version = 1) {
    try {
        Database(path, version, schema);
    } catch (const DatabaseError& error) {
        return error.what();
    }
    return "nothing";
}

}  // namespace

TEST_CASE("a database keeps what was committed and forgets what was rolled back") {
    const TempFolder folder;
    {
        Database database(folder / "a.sqlite", 1, schema);
        auto insert = database.prepare("INSERT INTO note (words, bytes) VALUES (?, ?)");
        database.begin();
        insert.bind(0, "kept").bind_blob(1, std::string_view("\0\1", 2)).run();
        CHECK(database.changes() == 1);
        CHECK(database.last_row_id() == 1);
        database.commit();
        database.begin();
        insert.bind(0, "undone").bind_null(1).run();
        CHECK(database.in_transaction());
        database.rollback();
        CHECK_FALSE(database.in_transaction());
    }
    Database database(folder / "a.sqlite", 1, schema);
    auto select = database.prepare("SELECT words, bytes, number FROM note");
    REQUIRE(select.step());
    CHECK(select.text(0) == "kept");
    CHECK(select.text(1) == std::string_view("\0\1", 2));
    CHECK(select.integer(2) == 1);
    CHECK_FALSE(select.step());
}

TEST_CASE("a commit is on the disk when it returns") {
    const TempFolder folder;
    Database database(folder / "a.sqlite", 1, schema);
    CHECK(database.ask("PRAGMA journal_mode") == "wal");
    CHECK(database.ask("PRAGMA synchronous") == "2");
}

TEST_CASE("an empty text and empty bytes are not null") {
    const TempFolder folder;
    Database database(folder / "a.sqlite", 1, schema);
    database.prepare("INSERT INTO note (words, bytes) VALUES (?, ?)")
        .bind(0, std::string_view())
        .bind_blob(1, std::string_view())
        .run();
    auto select = database.prepare("SELECT words, bytes FROM note");
    REQUIRE(select.step());
    CHECK_FALSE(select.is_null(0));
    CHECK_FALSE(select.is_null(1));
}

TEST_CASE("a database that cannot be opened says which file and why") {
    const TempFolder folder;
    SECTION("its folder is absent") {
        const auto path = folder / "absent" / "a.sqlite";
        CHECK(failure(path) == path.string() + ": unable to open database file (No such file or directory)");
    }
    SECTION("it is a folder") {
        CHECK_THAT(failure(folder.path()), StartsWith(folder.path().string() + ": unable to open database file"));
    }
    SECTION("it is something else") {
        write_file(folder / "a.sqlite", std::string(5000, 'x'));
        CHECK(failure(folder / "a.sqlite") == (folder / "a.sqlite").string() + ": file is not a database");
    }
    SECTION("a newer program wrote it") {
        Database(folder / "a.sqlite", 7, schema);
        CHECK(failure(folder / "a.sqlite", 6) ==
              (folder / "a.sqlite").string() + ": written by a newer fedmsgbot (format 7, this one knows 6)");
    }
    SECTION("the file may not be written") {
        if (geteuid() == 0) return;  // root may write everything
        Database(folder / "a.sqlite", 1, schema);
        ::chmod((folder / "a.sqlite").c_str(), 0400);
        CHECK(failure(folder / "a.sqlite") == (folder / "a.sqlite").string() + ": the file may not be written");
    }
    SECTION("the folder may not be written") {
        if (geteuid() == 0) return;
        ::chmod(folder.path().c_str(), 0500);
        CHECK_THAT(failure(folder / "a.sqlite"), Contains("unable to open database file (Permission denied)"));
        ::chmod(folder.path().c_str(), 0700);
    }
}

TEST_CASE("a statement that SQLite refuses says the file and SQLite's words") {
    const TempFolder folder;
    Database database(folder / "a.sqlite", 1, schema);
    CHECK_THROWS_WITH(database.prepare("SELECT nonsense FROM note"),
                      (folder / "a.sqlite").string() + ": no such column: nonsense");
    database.execute("INSERT INTO note (number) VALUES (1)");
    auto again = database.prepare("INSERT INTO note (number) VALUES (1)");
    CHECK_THROWS_WITH(again.run(), (folder / "a.sqlite").string() + ": UNIQUE constraint failed: note.number");
    // The statement is fit for use after its failure.
    database.execute("DELETE FROM note");
    again.run();
    CHECK(database.changes() == 1);
}

TEST_CASE("free space goes back to the file system") {
    const TempFolder folder;
    const auto path = folder / "a.sqlite";
    Database database(path, 1, schema);
    database.begin();
    for (int i = 0; i < 100; ++i)
        database.prepare("INSERT INTO note (bytes) VALUES (?)").bind_blob(0, std::string(20000, 'x')).run();
    database.commit();
    database.execute("DELETE FROM note");
    database.give_back(1000);
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK(std::filesystem::file_size(path) < 100000);
}
