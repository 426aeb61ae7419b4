#include "bot/store/journal.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "bot/core/message_id.h"
#include "bot/store/journal_file.h"
#include "bot/store/recent_ids.h"

namespace fedmsgbot {

namespace {

constexpr std::uint64_t entries_a_tidy = 50000;
constexpr int pages_a_tidy = 1000;

std::int64_t to_milliseconds(SystemTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

SystemTime to_time(std::int64_t milliseconds) { return SystemTime(std::chrono::milliseconds(milliseconds)); }

// A number that we never wrote must not pass for trust.
Arrival read_arrival(std::int64_t trust, std::int64_t late, std::int64_t demand) {
    const bool is_trust = trust >= 0 && trust <= static_cast<std::int64_t>(Trust::invalid);
    const bool is_demand = demand >= 0 && demand <= static_cast<std::int64_t>(Demand::require);
    return {is_trust ? static_cast<Trust>(trust) : Trust::invalid, late != 0,
            is_demand ? static_cast<Demand>(demand) : Demand::require};
}

std::int64_t number(Entry entry) { return static_cast<std::int64_t>(entry); }

}  // namespace

struct Journal::State {
    struct Target {
        std::int64_t number;
        std::uint64_t pending;
    };

    explicit State(const std::filesystem::path& path)
        : database(open_journal(path)),
          said(database),
          insert_message(database.prepare("INSERT INTO message (entry, id, open) VALUES (?, ?, ?)")),
          select_id(database.prepare("SELECT 1 FROM message WHERE entry = ? AND id = ?")),
          insert_body(database.prepare(
              "INSERT INTO body (entry, accepted_ms, bytes, trust, late, demand) VALUES (?, ?, ?, ?, ?, ?)")),
          insert_owed(database.prepare("INSERT INTO owed (target, entry) VALUES (?, ?)")),
          delete_owed(database.prepare("DELETE FROM owed WHERE target = ? AND entry = ?")),
          close_share(database.prepare("UPDATE message SET open = open - 1 WHERE entry = ? RETURNING open")),
          delete_body(database.prepare("DELETE FROM body WHERE entry = ?")),
          delete_message(database.prepare("DELETE FROM message WHERE entry = ?")),
          delete_twins(database.prepare("DELETE FROM twin WHERE entry <= ?")),
          delete_settled(database.prepare("DELETE FROM message WHERE entry > ? AND entry <= ? AND open = 0")),
          select_owed(database.prepare(
              "SELECT b.entry, b.accepted_ms, b.bytes, b.trust, b.late, b.demand FROM owed o CROSS JOIN body b ON "
              "b.entry = o.entry WHERE o.target = ? AND o.entry > ? AND o.entry <= ? "
              "ORDER BY o.entry LIMIT ?")),
          select_twin(database.prepare("SELECT topic FROM twin WHERE key = ? AND target = ?")),
          insert_twin(database.prepare("INSERT OR REPLACE INTO twin (key, target, topic, entry) VALUES (?, ?, ?, ?)")) {
        // A burst settles what it accepted a moment ago, on the same pages: the log is copied into the file less often
        // than SQLite would (measured: a tenth faster).
        database.execute("PRAGMA wal_autocheckpoint = 2000");
        load();
    }

    void load();
    void begin();
    void commit();
    Target& target(std::string_view name);
    bool knows(std::string_view id);
    void free(Entry entry);
    void forget(std::uint64_t most);

    Database database;
    SaidLog said;
    Statement insert_message, select_id, insert_body, insert_owed, delete_owed, close_share, delete_body,
        delete_message, delete_twins, delete_settled, select_owed, select_twin, insert_twin;
    std::map<std::string, Target, std::less<>> targets;
    RecentIds ids{remembered_ids};
    std::uint64_t pending = 0;
    Entry last = 0;       // given out
    Entry committed = 0;  // durable
    Entry forgotten = 0;  // no settled message is left up to here
    std::uint64_t accepted_since_commit = 0;
    std::optional<DatabaseError> failure;
};

void Journal::State::load() {
    last = committed =
        static_cast<Entry>(std::stoll(database.ask("SELECT coalesce(max(entry), 0) FROM message").value()));
    forgotten = static_cast<Entry>(std::stoll(database.ask("SELECT coalesce(min(entry), 1) - 1 FROM message").value()));
    auto rows = database.prepare(
        "SELECT t.name, t.number, (SELECT count(*) FROM owed o WHERE o.target = t.number) FROM target t");
    while (rows.step()) {
        const auto owed = static_cast<std::uint64_t>(rows.integer(2));
        targets.emplace(std::string(rows.text(0)), Target{rows.integer(1), owed});
        pending += owed;
    }
    auto remembered = database.prepare("SELECT entry, id FROM message WHERE entry > ? ORDER BY entry");
    remembered.bind(0, number(last) - static_cast<std::int64_t>(remembered_ids));
    while (remembered.step()) ids.add(static_cast<Entry>(remembered.integer(0)), remembered.text(1));
}

bool Journal::State::knows(std::string_view id) {
    return ids.contains(id, [&](Entry entry) {
        select_id.bind(0, number(entry)).bind(1, id);
        const bool has_it = select_id.step();
        select_id.reset();
        return has_it;
    });
}

void Journal::State::begin() {
    if (!database.in_transaction()) database.begin();
}

void Journal::State::commit() {
    if (!database.in_transaction()) return;
    forget(2 * accepted_since_commit);
    database.commit();
    committed = last;
    accepted_since_commit = 0;
}

Journal::State::Target& Journal::State::target(std::string_view name) {
    if (const auto found = targets.find(name); found != targets.end()) return found->second;
    begin();
    auto insert = database.prepare("INSERT INTO target (name) VALUES (?)");
    insert.bind(0, name).run();
    return targets.emplace(std::string(name), Target{database.last_row_id(), 0}).first->second;
}

// Nobody owes this message any more. Its id stays for the duplicate check, unless it is past that already.
void Journal::State::free(Entry entry) {
    delete_body.bind(0, number(entry)).run();
    if (entry <= forgotten) delete_message.bind(0, number(entry)).run();
}

// Looks at no more than `most` entries, and at each only once: what is still owed now is removed when it is settled.
void Journal::State::forget(std::uint64_t most) {
    if (last < remembered_ids) return;
    const auto end = std::min(last - remembered_ids, forgotten + most);
    if (end <= forgotten) return;
    begin();
    delete_settled.bind(0, number(forgotten)).bind(1, number(end)).run();
    delete_twins.bind(0, number(end)).run();
    forgotten = end;
}

Journal::Journal(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}
Journal::~Journal() = default;

// A transaction that failed half-way must never be committed.
template <class Work>
auto Journal::guarded(Work work) {
    if (state_->failure) throw *state_->failure;
    try {
        return work(*state_);
    } catch (const DatabaseError& error) {
        state_->failure = error;
        state_->database.rollback();
        throw;
    }
}

std::optional<Entry> Journal::accept(const Message& message, const std::vector<std::string>& targets, SystemTime now) {
    assert(!targets.empty());
    return guarded([&](State& state) -> std::optional<Entry> {
        const auto id = without_year(message.id());
        if (state.knows(id)) return std::nullopt;
        state.begin();
        const Entry entry = state.last + 1;
        state.insert_message.bind(0, number(entry))
            .bind(1, id)
            .bind(2, static_cast<std::int64_t>(targets.size()))
            .run();
        state.insert_body.bind(0, number(entry))
            .bind(1, to_milliseconds(now))
            .bind_blob(2, message.bytes())
            .bind(3, static_cast<std::int64_t>(message.arrival().trust))
            .bind(4, static_cast<std::int64_t>(message.arrival().is_late))
            .bind(5, static_cast<std::int64_t>(message.arrival().demand))
            .run();
        for (const auto& name : targets) {
            auto& target = state.target(name);
            state.insert_owed.bind(0, target.number).bind(1, number(entry)).run();
            ++target.pending;
            ++state.pending;
        }
        state.ids.add(entry, id);
        ++state.accepted_since_commit;
        return state.last = entry;
    });
}

void Journal::settle(Entry entry, const std::string& name, Settlement) {
    guarded([&](State& state) {
        const auto found = state.targets.find(name);
        if (found == state.targets.end()) return;
        state.begin();
        auto& target = found->second;
        state.delete_owed.bind(0, target.number).bind(1, number(entry)).run();
        if (state.database.changes() == 0) return;
        --target.pending;
        --state.pending;
        state.close_share.bind(0, number(entry));
        const bool is_closed = state.close_share.step() && state.close_share.integer(0) == 0;
        state.close_share.run();
        if (is_closed) state.free(entry);
    });
}

bool Journal::is_dirty() const { return state_->database.in_transaction(); }

void Journal::commit() {
    guarded([](State& state) { state.commit(); });
}

OwedPage Journal::owed(std::string_view name, Entry after, std::size_t limit, std::size_t most_bytes) {
    return guarded([&](State& state) {
        OwedPage page;
        const auto found = state.targets.find(name);
        if (found == state.targets.end() || found->second.pending == 0) return page;
        auto& rows = state.select_owed;
        rows.bind(0, found->second.number).bind(1, number(after)).bind(2, number(state.committed));
        rows.bind(3, static_cast<std::int64_t>(limit));
        std::size_t bytes = 0;
        while (bytes < most_bytes && rows.step()) {
            page.messages.push_back({static_cast<Entry>(rows.integer(0)),
                                     SystemTime(std::chrono::milliseconds(rows.integer(1))), std::string(rows.text(2)),
                                     read_arrival(rows.integer(3), rows.integer(4), rows.integer(5))});
            bytes += page.messages.back().bytes.size();
        }
        rows.reset();
        page.is_last = bytes < most_bytes && page.messages.size() < limit;
        return page;
    });
}

bool Journal::has_twin(const std::string& key, const std::string& topic, const std::string& target) {
    return guarded([&](State& state) {
        state.select_twin.bind(0, key).bind(1, target);
        const bool is_told = state.select_twin.step() && state.select_twin.text(0) != topic;
        state.select_twin.reset();
        return is_told;
    });
}

void Journal::note_twin(const std::string& key, const std::string& topic, const std::string& target, Entry entry) {
    guarded([&](State& state) {
        state.begin();
        state.insert_twin.bind(0, key).bind(1, target).bind(2, topic).bind(3, number(entry)).run();
    });
}

bool Journal::was_told(std::string_view target, std::string_view line, SystemTime since, SystemTime now) {
    return guarded([&](State& state) { return state.said.was_told(target, line, since, now); });
}

void Journal::note_told(std::string_view target, std::string_view line, SystemTime now) {
    guarded([&](State& state) {
        state.begin();
        state.said.note_told(target, line, now);
    });
}

void Journal::spend(std::string_view meter, SystemTime at, std::int64_t count, std::chrono::seconds kept) {
    guarded([&](State& state) {
        state.begin();
        state.said.spend(meter, at, count, kept);
    });
}

std::vector<Spending> Journal::spent(std::string_view meter, SystemTime now) {
    return guarded([&](State& state) {
        state.begin();
        return state.said.spent(meter, now);
    });
}

void Journal::hear(const std::string& source, SystemTime at) {
    guarded([&](State& state) {
        state.begin();
        auto write = state.database.prepare("INSERT OR REPLACE INTO heard (source, at_ms) VALUES (?, ?)");
        write.bind(0, source).bind(1, to_milliseconds(at)).run();
    });
}

std::optional<SystemTime> Journal::last_heard(const std::string& source) {
    return guarded([&](State& state) -> std::optional<SystemTime> {
        auto read = state.database.prepare("SELECT at_ms FROM heard WHERE source = ?");
        read.bind(0, source);
        if (!read.step()) return std::nullopt;
        return to_time(read.integer(0));
    });
}

void Journal::put_gap(const std::string& source, Gap& gap) {
    guarded([&](State& state) {
        state.begin();
        auto write = state.database.prepare(
            "INSERT OR REPLACE INTO gap (number, source, from_ms, to_ms, row) VALUES (?, ?, ?, ?, ?)");
        if (gap.number == 0)
            write.bind_null(0);
        else
            write.bind(0, gap.number);
        write.bind(1, source).bind(2, to_milliseconds(gap.from)).bind(3, to_milliseconds(gap.to));
        write.bind(4, static_cast<std::int64_t>(gap.row)).run();
        if (gap.number == 0) gap.number = state.database.last_row_id();
    });
}

void Journal::close_gap(const Gap& gap) {
    guarded([&](State& state) {
        state.begin();
        auto remove = state.database.prepare("DELETE FROM gap WHERE number = ?");
        remove.bind(0, gap.number).run();
    });
}

std::vector<Gap> Journal::gaps(const std::string& source) {
    return guarded([&](State& state) {
        std::vector<Gap> gaps;
        auto read =
            state.database.prepare("SELECT number, from_ms, to_ms, row FROM gap WHERE source = ? ORDER BY number");
        read.bind(0, source);
        while (read.step())
            gaps.push_back({read.integer(0), to_time(read.integer(1)), to_time(read.integer(2)),
                            static_cast<std::uint64_t>(read.integer(3))});
        return gaps;
    });
}

std::uint64_t Journal::pending() const { return state_->pending; }

std::uint64_t Journal::pending(std::string_view target) const {
    const auto found = state_->targets.find(target);
    return found == state_->targets.end() ? 0 : found->second.pending;
}

std::vector<std::string> Journal::targets() const {
    std::vector<std::string> names;
    for (const auto& [name, target] : state_->targets)
        if (target.pending > 0) names.push_back(name);
    return names;
}

std::uint64_t Journal::abandon(std::string_view name) {
    return guarded([&](State& state) -> std::uint64_t {
        const auto found = state.targets.find(name);
        if (found == state.targets.end() || found->second.pending == 0) return 0;
        state.begin();
        const auto work = [&](std::string_view sql) {
            auto statement = state.database.prepare(sql);
            statement.bind(0, found->second.number).run();
        };
        work("UPDATE message SET open = open - 1 WHERE entry IN (SELECT entry FROM owed WHERE target = ?)");
        work(
            "DELETE FROM body WHERE entry IN (SELECT o.entry FROM owed o CROSS JOIN message m ON m.entry = o.entry "
            "WHERE o.target = ? AND m.open = 0)");
        work("DELETE FROM owed WHERE target = ?");
        state.forgotten = 0;  // settled messages may lie there again
        const auto count = std::exchange(found->second.pending, 0);
        state.pending -= count;
        return count;
    });
}

void Journal::tidy() {
    guarded([](State& state) {
        state.forget(entries_a_tidy);
        state.commit();
        state.database.give_back(pages_a_tidy);
    });
}

}  // namespace fedmsgbot
