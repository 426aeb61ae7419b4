#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace fedmsgbot {

// The disk or the database file failed. Carries the file and SQLite's own words. Caught at the top only: whoever cannot
// store must not go on as if it could.
class DatabaseError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// One prepared statement. Bind, step, read, reset; indices of parameters and columns count from 0. Its database must
// outlive it.
class Statement {
public:
    Statement(Statement&&) noexcept = default;

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind_blob(int index, std::string_view bytes);  // not copied: they must stay until run() or reset()
    Statement& bind_null(int index);

    bool step();   // true: there is a row. Throws DatabaseError.
    void run();    // steps to the end and resets
    void reset();  // also clears the bindings

    std::int64_t integer(int column) const;
    std::string_view text(int column) const;  // text or blob; valid until the next step or reset
    bool is_null(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// A SQLite file in WAL mode, synchronous FULL: a committed transaction survives kill -9 and power loss.
// One owner, one thread.
class Database {
public:
    // Makes the file if it is absent. `schema` is SQL that may run at every start; `version` goes to user_version, and
    // a file with a higher one is refused: a newer program wrote it.
    Database(const std::filesystem::path& path, int version, std::string_view schema);
    Database(Database&&) noexcept = default;

    Statement prepare(std::string_view sql);
    void execute(std::string_view sql);
    std::optional<std::string> ask(std::string_view sql);  // the first column of the first row, as text

    void begin();  // immediate
    void commit();
    void rollback() noexcept;
    bool in_transaction() const;
    std::int64_t changes() const;  // rows touched by the last statement
    std::int64_t last_row_id() const;

    // Gives up to that many unused pages (of 8192 bytes) at the file's end back to the file system.
    void give_back(int pages);

private:
    void settle_mode(const std::string& file);

    struct Close {
        void operator()(sqlite3* database) const;
    };
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace fedmsgbot
