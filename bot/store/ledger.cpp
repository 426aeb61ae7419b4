#include "bot/store/ledger.h"

#include <cassert>

#include "bot/store/database.h"

namespace fedmsgbot {

namespace {

constexpr int schema_version = 1;

constexpr std::string_view schema = R"sql(
    CREATE TABLE IF NOT EXISTS ledger (
        number    INTEGER PRIMARY KEY AUTOINCREMENT,
        bridge    TEXT NOT NULL,
        message   TEXT NOT NULL,
        state     INTEGER NOT NULL,
        begun     INTEGER NOT NULL,
        attempted INTEGER NOT NULL,
        text      TEXT NOT NULL,
        remote_id TEXT,
        url       TEXT,
        UNIQUE (bridge, message)
    );
    CREATE INDEX IF NOT EXISTS ledger_remote ON ledger (bridge, remote_id) WHERE remote_id IS NOT NULL;
)sql";

std::int64_t to_milliseconds(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

SystemTime to_time(std::int64_t milliseconds) { return SystemTime(std::chrono::milliseconds(milliseconds)); }

}  // namespace

struct Ledger::Statements {
    explicit Statements(const std::filesystem::path& path)
        : database(path, schema_version, schema),
          find(database.prepare(
              "SELECT state, begun, text, remote_id, url, attempted FROM ledger WHERE bridge = ? AND message = ?")),
          begin(database.prepare(
              "INSERT INTO ledger (bridge, message, state, begun, attempted, text) VALUES (?1, ?2, 0, ?3, ?3, ?4)")),
          again(database.prepare("UPDATE ledger SET attempted = ? WHERE bridge = ? AND message = ?")),
          posted(
              database.prepare("UPDATE ledger SET state = 1, remote_id = ?, url = ? WHERE bridge = ? AND message = ?")),
          withdraw(database.prepare("DELETE FROM ledger WHERE bridge = ? AND message = ?")),
          other(database.prepare("SELECT 1 FROM ledger WHERE bridge = ? AND remote_id = ? AND message != ? LIMIT 1")),
          // By number, not by time alone: numbers cost no index, and a clock that jumped cannot empty the ledger.
          tidy(
              database.prepare("DELETE FROM ledger WHERE number IN (SELECT number FROM ledger ORDER BY number LIMIT ?3)"
                               " AND (attempted < ?1 OR number <= (SELECT max(number) FROM ledger) - ?2)")) {}

    Database database;
    Statement find;
    Statement begin;
    Statement again;
    Statement posted;
    Statement withdraw;
    Statement other;
    Statement tidy;
};

Ledger::Ledger(const std::filesystem::path& path, std::string bridge)
    : statements_(std::make_unique<Statements>(path)), bridge_(std::move(bridge)) {}
Ledger::~Ledger() = default;

std::optional<LedgerRecord> Ledger::find(std::string_view message_id) {
    auto& query = statements_->find;
    query.bind(0, bridge_).bind(1, message_id);
    std::optional<LedgerRecord> record;
    if (query.step()) {
        record = LedgerRecord{query.integer(0) ? LedgerRecord::State::posted : LedgerRecord::State::sending,
                              to_time(query.integer(1)),
                              to_time(query.integer(5)),
                              std::string(query.text(2)),
                              std::string(query.text(3)),
                              std::string(query.text(4))};
    }
    query.reset();
    return record;
}

void Ledger::begin(std::string_view message_id, std::string_view text, SystemTime now) {
    auto& insert = statements_->begin;
    insert.bind(0, bridge_).bind(1, message_id).bind(2, to_milliseconds(now)).bind(3, text);
    insert.run();
}

void Ledger::begin_again(std::string_view message_id, SystemTime now) {
    statements_->again.bind(0, to_milliseconds(now)).bind(1, bridge_).bind(2, message_id);
    statements_->again.run();
}

void Ledger::posted(std::string_view message_id, std::string_view remote_id, std::string_view url) {
    auto& update = statements_->posted;
    update.bind(0, remote_id).bind(1, url).bind(2, bridge_).bind(3, message_id);
    update.run();
    assert(statements_->database.changes() == 1);
}

void Ledger::withdraw(std::string_view message_id) {
    statements_->withdraw.bind(0, bridge_).bind(1, message_id);
    statements_->withdraw.run();
}

bool Ledger::belongs_to_another(std::string_view remote_id, std::string_view message_id) {
    auto& query = statements_->other;
    query.bind(0, bridge_).bind(1, remote_id).bind(2, message_id);
    const bool is_known = query.step();
    query.reset();
    return is_known;
}

void Ledger::tidy(SystemTime now) {
    auto& remove = statements_->tidy;
    remove.bind(0, to_milliseconds(now - kept_for)).bind(1, kept_records).bind(2, forgotten_at_once);
    remove.run();
}

}  // namespace fedmsgbot
