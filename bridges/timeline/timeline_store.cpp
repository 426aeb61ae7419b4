#include "bridges/timeline/timeline_store.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bridges/timeline/permanent_id.h"

namespace fedmsgbot {

namespace {

constexpr int format_version = 1;

// AUTOINCREMENT: a removed entry's number must never come back, or a permanent address would lead to another message.
// The raw message stands last: SQLite then reads the other columns without it.
constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    rule TEXT NOT NULL,
    service TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    link TEXT NOT NULL,
    icon TEXT NOT NULL,
    secondary_icon TEXT NOT NULL,
    agent TEXT NOT NULL,
    usernames TEXT NOT NULL,
    packages TEXT NOT NULL,
    objects TEXT NOT NULL,
    long_form TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS identity (feed_id TEXT NOT NULL, created_at INTEGER NOT NULL);
)sql";

constexpr std::string_view columns =
    "id, message_id, topic, accepted_at, sent_at, rule, service, title, text, link, icon, secondary_icon, agent, "
    "usernames, packages, objects, long_form";

// A message that is there already must not use up a number: a gap would look like an entry that is no longer kept. That
// is why it is not left to the table's UNIQUE.
constexpr std::string_view insert_sql =
    "INSERT INTO entry (message_id, topic, accepted_at, sent_at, rule, service, title, text, link, icon, "
    "secondary_icon, agent, usernames, packages, objects, long_form, raw) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17 "
    "WHERE NOT EXISTS (SELECT 1 FROM entry WHERE message_id = ?1)";

std::int64_t to_number(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

SystemTime to_time(std::int64_t milliseconds) { return SystemTime(std::chrono::milliseconds(milliseconds)); }

std::string to_text(const std::vector<std::string>& words) {
    return nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> to_words(std::string_view text) {
    std::vector<std::string> words;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    for (const auto& word : json)
        if (word.is_string()) words.push_back(word.get<std::string>());
    return words;
}

TimelineEntry to_entry(const Statement& row) {
    const auto text = [&row](int column) { return std::string(row.text(column)); };
    TimelineEntry entry;
    entry.id = row.integer(0);
    entry.message_id = text(1);
    entry.topic = text(2);
    entry.accepted_at = to_time(row.integer(3));
    entry.sent_at = to_time(row.integer(4));
    auto& line = entry.line;
    line.rule = text(5);
    line.service = text(6);
    line.title = text(7);
    line.text = text(8);
    line.link = text(9);
    line.icon = text(10);
    line.secondary_icon = text(11);
    line.agent = text(12);
    line.usernames = to_words(row.text(13));
    line.packages = to_words(row.text(14));
    line.objects = to_words(row.text(15));
    line.long_form = text(16);
    return entry;
}

void bind(Statement& insert, const TimelineArrival& arrival) {
    const auto& [message, line, accepted_at] = arrival;
    insert.bind(0, message.id()).bind(1, message.topic());
    insert.bind(2, to_number(accepted_at)).bind(3, to_number(message.sent_at()));
    insert.bind(4, line.rule).bind(5, line.service).bind(6, line.title).bind(7, line.text).bind(8, line.link);
    insert.bind(9, line.icon).bind(10, line.secondary_icon).bind(11, line.agent);
    insert.bind(12, to_text(line.usernames)).bind(13, to_text(line.packages)).bind(14, to_text(line.objects));
    insert.bind(15, line.long_form).bind_blob(16, message.bytes());
}

std::int64_t first_number(Statement& query) {
    const std::int64_t number = query.step() ? query.integer(0) : 0;
    query.reset();
    return number;
}

std::string with_columns(std::string_view query) { return fmt::format(fmt::runtime(query), columns); }

}  // namespace

TimelineStore::TimelineStore(const std::filesystem::path& path)
    : database_(path, format_version, schema),
      insert_(database_.prepare(insert_sql)),
      older_(database_.prepare(with_columns(timeline_queries::older))),
      newer_(database_.prepare(with_columns(timeline_queries::newer))),
      one_(database_.prepare(with_columns(timeline_queries::one))),
      raw_(database_.prepare(timeline_queries::raw)),
      first_(database_.prepare(timeline_queries::first)),
      last_(database_.prepare(timeline_queries::last)),
      last_ever_(database_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'entry'")),
      oldest_(database_.prepare("SELECT id, accepted_at FROM entry ORDER BY id LIMIT ?1")),
      remove_(database_.prepare("DELETE FROM entry WHERE id <= ?1")) {
    read_identity();
}

void TimelineStore::read_identity() {
    auto query = database_.prepare("SELECT feed_id, created_at FROM identity");
    if (!query.step()) {
        auto insert = database_.prepare("INSERT INTO identity (feed_id, created_at) VALUES (?1, ?2)");
        insert.bind(0, random_id()).bind(1, to_number(std::chrono::system_clock::now())).run();
        query.reset();
        query.step();
    }
    feed_id_ = query.text(0);
    created_at_ = to_time(query.integer(1));
}

std::size_t TimelineStore::insert(const std::vector<TimelineArrival>& batch) {
    std::size_t added = 0;
    database_.begin();
    try {
        for (const auto& arrival : batch) {
            bind(insert_, arrival);
            insert_.run();
            added += static_cast<std::size_t>(database_.changes());
        }
        database_.commit();
    } catch (...) {
        database_.rollback();
        throw;
    }
    return added;
}

TimelineStore::Entries TimelineStore::read(Statement& query, std::int64_t id, std::size_t limit) {
    Entries entries;
    query.bind(0, id).bind(1, static_cast<std::int64_t>(limit));
    while (query.step()) entries.push_back(to_entry(query));
    query.reset();
    return entries;
}

TimelineStore::Entries TimelineStore::older_than(std::int64_t id, std::size_t limit) { return read(older_, id, limit); }

TimelineStore::Entries TimelineStore::newer_than(std::int64_t id, std::size_t limit) {
    auto entries = read(newer_, id, limit);
    std::reverse(entries.begin(), entries.end());
    return entries;
}

std::optional<TimelineEntry> TimelineStore::find(std::int64_t id) {
    std::optional<TimelineEntry> found;
    if (one_.bind(0, id).step()) found = to_entry(one_);
    one_.reset();
    return found;
}

std::optional<std::string> TimelineStore::raw(std::int64_t id) {
    std::optional<std::string> found;
    if (raw_.bind(0, id).step()) found = std::string(raw_.text(0));
    raw_.reset();
    return found;
}

TimelineStore::Span TimelineStore::span() {
    return {first_number(first_), first_number(last_), first_number(last_ever_)};
}

std::size_t TimelineStore::tidy(const Keep& keep, SystemTime now, std::size_t most) {
    const auto last_to_go = first_number(last_) - keep.entries;
    const auto oldest = keep.age ? to_number(now) - keep.age->count() : std::numeric_limits<std::int64_t>::min();
    std::int64_t gone = 0;
    oldest_.bind(0, static_cast<std::int64_t>(most));
    while (oldest_.step() && (oldest_.integer(0) <= last_to_go || oldest_.integer(1) < oldest))
        gone = oldest_.integer(0);
    oldest_.reset();
    if (gone == 0) return 0;
    remove_.bind(0, gone).run();
    return static_cast<std::size_t>(database_.changes());
}

}  // namespace fedmsgbot
