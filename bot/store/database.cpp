#include "bot/store/database.h"

#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

namespace fedmsgbot {

namespace {

// The file, SQLite's words, and the system's where it has some: `unable to open database file` alone helps nobody.
std::string describe_error(sqlite3* database, const std::string& file) {
    if (!database) return file + ": out of memory";
    const int cause = sqlite3_system_errno(database);
    const int code = sqlite3_errcode(database) & 0xff;
    const bool has_cause = cause != 0 && (code == SQLITE_CANTOPEN || code == SQLITE_IOERR);
    return fmt::format("{}: {}{}", file, sqlite3_errmsg(database),
                       has_cause ? fmt::format(" ({})", std::strerror(cause)) : "");
}

std::string file_of(sqlite3* database) {
    const char* file = database ? sqlite3_db_filename(database, "main") : nullptr;
    return file && *file ? file : "database";
}

[[noreturn]] void fail(sqlite3* database) { throw DatabaseError(describe_error(database, file_of(database))); }

// SQLite takes a null pointer for NULL, and an empty view may hold one.
const char* pointer(std::string_view bytes) { return bytes.data() ? bytes.data() : ""; }

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int index, std::int64_t value) {
    if (sqlite3_bind_int64(statement_.get(), index + 1, value) != SQLITE_OK) fail(sqlite3_db_handle(statement_.get()));
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    if (sqlite3_bind_text64(statement_.get(), index + 1, pointer(text), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
        SQLITE_OK)
        fail(sqlite3_db_handle(statement_.get()));
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
    if (sqlite3_bind_blob64(statement_.get(), index + 1, pointer(bytes), bytes.size(), SQLITE_STATIC) != SQLITE_OK)
        fail(sqlite3_db_handle(statement_.get()));
    return *this;
}

Statement& Statement::bind_null(int index) {
    if (sqlite3_bind_null(statement_.get(), index + 1) != SQLITE_OK) fail(sqlite3_db_handle(statement_.get()));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    auto* database = sqlite3_db_handle(statement_.get());
    // The error's text must be taken before reset, which may change it.
    const auto text = describe_error(database, file_of(database));
    sqlite3_reset(statement_.get());
    throw DatabaseError(text);
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)))
                 : std::string_view();
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Database::Database(const std::filesystem::path& path, int version, std::string_view schema) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) throw DatabaseError(describe_error(opened, path.string()));
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_timeout(opened, 5000);
    // SQLite opens a file that it may not write without a word.
    if (sqlite3_db_readonly(opened, "main") == 1)
        throw DatabaseError(fmt::format("{}: the file may not be written", path.string()));
    const auto found = ask("PRAGMA user_version").value_or("0");
    if (std::stoi(found) > version)
        throw DatabaseError(fmt::format("{}: written by a newer fedmsgbot (format {}, this one knows {})",
                                        path.string(), found, version));
    settle_mode(path.string());
    begin();
    execute(schema);
    execute(fmt::format("PRAGMA user_version = {}", version));
    commit();
}

void Database::settle_mode(const std::string& file) {
    // Both of effect in a new file only, before anything else is in it. A row with a message takes a good part of the
    // 4096 bytes that a page has else, and each page is a system call or two in the log and again in the file.
    execute("PRAGMA page_size = 8192");
    execute("PRAGMA auto_vacuum = INCREMENTAL");
    const auto mode = ask("PRAGMA journal_mode = WAL").value_or("none");
    if (mode != "wal")
        throw DatabaseError(fmt::format("{}: the file system allows no write-ahead log (mode {})", file, mode));
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA journal_size_limit = 67108864");  // a log that a burst made large is cut again
}

std::optional<std::string> Database::ask(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement.step()) return std::nullopt;
    return std::string(statement.text(0));
}

Statement Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
        fail(database_.get());
    return Statement(statement);
}

void Database::execute(std::string_view sql) {
    if (sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(database_.get());
}

void Database::give_back(int pages) { execute(fmt::format("PRAGMA incremental_vacuum({})", pages)); }

void Database::begin() { execute("BEGIN IMMEDIATE"); }
void Database::commit() { execute("COMMIT"); }

void Database::rollback() noexcept {
    if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
std::int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }
std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(database_.get()); }

}  // namespace fedmsgbot
