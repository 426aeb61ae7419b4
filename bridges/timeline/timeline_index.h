#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/store/database.h"
#include "bridges/timeline/timeline_entry.h"
#include "bridges/timeline/timeline_filter.h"

namespace fedmsgbot {

// Finds the entries that a filter lets through: SQLite's full-text index, over the words of a line and over marks for
// its topic, service, packages and people. Words and marks are in one index so that any combination of conditions is
// one walk down sorted lists of numbers, from the newest on, that ends when a page is full: no condition needs the
// rows of another. Lives in the store's transactions; members may throw DatabaseError.
class TimelineIndex {
public:
    // Where a file has the entries but not yet the index, or one of format 2, which had no blocks, it is made anew by
    // and by.
    static constexpr std::string_view schema = R"sql(
CREATE VIRTUAL TABLE IF NOT EXISTS entry_index USING fts5(
    words, marks, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE IF NOT EXISTS topic (name TEXT PRIMARY KEY, last_id INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS topic_by_last_id ON topic (last_id);
CREATE TABLE IF NOT EXISTS indexed (lowest INTEGER NOT NULL);
INSERT INTO indexed SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entry'), 0) + 1
    WHERE NOT EXISTS (SELECT 1 FROM indexed);
INSERT INTO entry_index (entry_index) SELECT 'delete-all' WHERE (SELECT user_version FROM pragma_user_version) = 2;
UPDATE indexed SET lowest = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entry'), 0) + 1
    WHERE (SELECT user_version FROM pragma_user_version) = 2;
)sql";

    // The database must outlive it.
    explicit TimelineIndex(Database& database);

    void add(const TimelineEntry& entry);
    void remove(const TimelineEntry& entry);
    void forget_topics(std::int64_t first);  // those whose newest entry is below `first`

    // Entries below this number are not in the index yet.
    std::int64_t lowest() const { return lowest_; }
    void set_lowest(std::int64_t id);

    // What FTS5's MATCH is to be given, but for the blocks: within() puts them in. Nothing when no entry can fit.
    // Precondition: the filter has terms.
    std::optional<std::string> expression(const TimelineFilter& filter);

    // Expressions for parts of the filter that each entry must fit, as far as the index can count them at a glance:
    // names and words, no patterns and no phrases.
    static std::vector<std::string> glances(const TimelineFilter& filter);
    // The expression for all blocks; nothing where it cannot do without them.
    static std::optional<std::string> everywhere(const std::string& expression);

    // Each entry has a mark for its block of numbers. FTS5 walks its lists from a number on, but not to one: looking
    // for what is not there, it goes on to their ends. Only a condition that ends with the block stops it.
    static constexpr std::int64_t block = 4096;
    // The expression for these blocks, the last one included.
    static std::string within(const std::string& expression, std::int64_t first_block, std::int64_t last_block);

private:
    std::string group(const TimelineFilter& filter, FilterField field, bool is_negated);
    std::string topics(const TimelineFilter& filter, bool is_negated);
    void write(Statement& statement, const TimelineEntry& entry);

    Statement add_;
    Statement remove_;
    Statement touch_topic_;
    Statement topics_;
    Statement forget_topics_;
    Statement set_lowest_;
    std::int64_t lowest_ = 0;
};

}  // namespace fedmsgbot
