#include "bot/store/said_log.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS told (number INTEGER PRIMARY KEY, target TEXT NOT NULL, line BLOB NOT NULL,
    at_ms INTEGER NOT NULL, UNIQUE (target, line));
CREATE TABLE IF NOT EXISTS spent (meter TEXT NOT NULL, at_ms INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (meter, at_ms)) WITHOUT ROWID;
)";

Database& prepared(Database& database) {
    database.execute(schema);
    return database;
}

std::int64_t to_milliseconds(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

SaidLog::SaidLog(Database& database)
    : database_(prepared(database)),
      select_told_(database.prepare("SELECT 1 FROM told WHERE target = ? AND line = ? AND at_ms > ? AND at_ms <= ?")),
      insert_told_(database.prepare("INSERT OR REPLACE INTO told (target, line, at_ms) VALUES (?, ?, ?)")),
      forget_told_(database.prepare("DELETE FROM told WHERE number <= ?")),
      add_spent_(database.prepare("INSERT INTO spent (meter, at_ms, count) VALUES (?, ?, ?) "
                                  "ON CONFLICT (meter, at_ms) DO UPDATE SET count = count + excluded.count")),
      take_back_spent_(database.prepare("UPDATE spent SET count = max(0, count + ?) WHERE meter = ? AND at_ms = ?")),
      forget_spent_(database.prepare("DELETE FROM spent WHERE meter = ? AND at_ms < ?")),
      select_spent_(database.prepare("SELECT at_ms, count FROM spent WHERE meter = ? AND count > 0 ORDER BY at_ms")),
      age_spent_(database.prepare("INSERT INTO spent (meter, at_ms, count) SELECT meter, ?, sum(count) FROM spent "
                                  "WHERE meter = ? AND at_ms > ? GROUP BY meter "
                                  "ON CONFLICT (meter, at_ms) DO UPDATE SET count = count + excluded.count")),
      forget_later_(database.prepare("DELETE FROM spent WHERE meter = ? AND at_ms > ?")) {}

bool SaidLog::was_told(std::string_view target, std::string_view line, SystemTime since, SystemTime now) {
    select_told_.bind(0, target).bind_blob(1, line).bind(2, to_milliseconds(since)).bind(3, to_milliseconds(now));
    const bool is_known = select_told_.step();
    select_told_.reset();
    return is_known;
}

// A line that is told again gets a new number, so the lowest numbers are what was not told for longest.
void SaidLog::note_told(std::string_view target, std::string_view line, SystemTime now) {
    insert_told_.bind(0, target).bind_blob(1, line).bind(2, to_milliseconds(now)).run();
    forget_told_.bind(0, database_.last_row_id() - remembered_lines).run();
}

void SaidLog::spend(std::string_view meter, SystemTime at, std::int64_t count, std::chrono::seconds kept) {
    if (count < 0)
        take_back_spent_.bind(0, count).bind(1, meter).bind(2, to_milliseconds(at)).run();
    else
        add_spent_.bind(0, meter).bind(1, to_milliseconds(at)).bind(2, count).run();
    forget_spent_.bind(0, meter).bind(1, to_milliseconds(at - kept)).run();
}

std::vector<Spending> SaidLog::spent(std::string_view meter, SystemTime now) {
    const auto now_ms = to_milliseconds(now);
    age_spent_.bind(0, now_ms).bind(1, meter).bind(2, now_ms).run();
    forget_later_.bind(0, meter).bind(1, now_ms).run();
    std::vector<Spending> all;
    select_spent_.bind(0, meter);
    while (select_spent_.step())
        all.push_back({SystemTime(std::chrono::milliseconds(select_spent_.integer(0))),
                       static_cast<std::size_t>(select_spent_.integer(1))});
    select_spent_.reset();
    return all;
}

}  // namespace fedmsgbot
