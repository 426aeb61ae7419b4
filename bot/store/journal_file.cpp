#include "bot/store/journal_file.h"

#include <string_view>

namespace fedmsgbot {

namespace {

// A message's bytes lie apart from its id: freeing them is one small delete. Which entry has an id is known in memory
// (RecentIds), so what a commit writes lies at the tables' ends. `open` counts a message's rows in `owed`. Entries are
// given out by us, and never again: the newest rows are never removed.
constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS message (entry INTEGER PRIMARY KEY, id TEXT NOT NULL, open INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS body (entry INTEGER PRIMARY KEY, accepted_ms INTEGER NOT NULL, bytes BLOB NOT NULL,
    trust INTEGER NOT NULL DEFAULT 0, late INTEGER NOT NULL DEFAULT 0, demand INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS target (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS owed (target INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (target, entry))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heard (source TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gap (number INTEGER PRIMARY KEY, source TEXT NOT NULL, from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL, row INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS twin (key TEXT NOT NULL, target TEXT NOT NULL, topic TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (key, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS twin_entry ON twin (entry);
)";
constexpr int version = 3;

// Format 1 did not know how a message had arrived.
void add_arrival(Database& database) {
    if (database.ask("SELECT 1 FROM pragma_table_info('body') WHERE name = 'trust'")) return;
    database.execute("ALTER TABLE body ADD COLUMN trust INTEGER NOT NULL DEFAULT 0");
    database.execute("ALTER TABLE body ADD COLUMN late INTEGER NOT NULL DEFAULT 0");
    database.execute("ALTER TABLE body ADD COLUMN demand INTEGER NOT NULL DEFAULT 0");
}

// Until format 2 the ids had an index, which belonged to its table for good.
void drop_index_of_ids(Database& database) {
    if (!database.ask("SELECT 1 FROM pragma_index_list('message')")) return;
    database.execute("ALTER TABLE message RENAME TO indexed_message");
    database.execute("CREATE TABLE message (entry INTEGER PRIMARY KEY, id TEXT NOT NULL, open INTEGER NOT NULL)");
    database.execute("INSERT INTO message SELECT entry, id, open FROM indexed_message ORDER BY entry");
    database.execute("DROP TABLE indexed_message");
}

}  // namespace

Database open_journal(const std::filesystem::path& path) {
    Database database(path, version, schema);
    database.begin();
    add_arrival(database);
    drop_index_of_ids(database);
    database.commit();
    return database;
}

}  // namespace fedmsgbot
