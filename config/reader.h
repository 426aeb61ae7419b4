#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/core/problem.h"
#include "bot/core/result.h"

namespace fedmsgbot {

struct TomlValue;

// A TOML table that remembers what was asked of it and where everything stands in the file.
// Every getter takes the value, checks its type and notes the key as known; a mistake becomes a problem at the key's
// position and the fallback is returned, so that reading goes on and all mistakes are found at once.
// Copies are cheap and look at the same file, which lives as long as any of them. One thread.
class Table {
public:
    using Duration = std::chrono::milliseconds;

    // Problems: the file cannot be read, or is no TOML. The table of a file that can be read has none yet.
    static Result<Table> from_file(const std::filesystem::path& path);
    // `name` stands for the file in problems.
    static Result<Table> from_text(std::string_view text, std::string name);

    bool has(std::string_view key) const;
    bool is_empty_list(std::string_view key) const;  // it is there, it is a list, and nothing is in it

    std::vector<std::string> keys() const;  // in the order of the file, known or not

    std::string text(std::string_view key, std::string fallback);
    std::string text(std::string_view key);  // a problem where it is missing or empty
    bool flag(std::string_view key, bool fallback);
    std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    Duration duration(std::string_view key, Duration fallback);  // "250ms" "2s" "5m" "1h" "7d"
    std::vector<std::string> texts(std::string_view key);        // a list of strings; missing: empty
    // One of `choices`; the first is the fallback.
    std::string choice(std::string_view key, std::vector<std::string> choices);
    // A secret from the file that KEY_file names, or the environment variable that KEY_env names; trailing white space
    // is cut. Empty and no problem where neither key is there. A file that cannot be read, an empty secret, both keys:
    // problems.
    std::string secret(std::string_view key);

    // Sub-tables, in the order of the file. A missing one is nothing, not a problem.
    std::optional<Table> table(std::string_view key);                           // also inline: pace = {...}
    std::vector<Table> tables(std::string_view key);                            // [[route]]
    std::vector<std::pair<std::string, Table>> children(std::string_view key);  // [bridge.NAME] of `bridge`
    // Every key of this table with its string, in the order of the file: for maps and named expressions, whose keys are
    // the operator's own words.
    std::vector<std::pair<std::string, std::string>> entries();

    // Where a key's value stands; the table's own place where the key is missing.
    Position where(std::string_view key) const;
    Position where() const;
    // Where a byte of a string value stands in the file, for errors inside templates; exact for strings without
    // escapes.
    Position where(std::string_view key, std::size_t offset) const;
    // The n-th element of a list.
    Position where_element(std::string_view key, std::size_t index) const;

    // Adds a problem of the caller's at the key.
    void fail(std::string_view key, std::string text);
    void fail(Position where, std::string text);
    // Adds what is not wrong with the file but absent from this machine, like a secret's file: missing() gives it.
    void miss(Position where, std::string text);
    // Notes a key as known without reading it.
    void ignore(std::string_view key);
    // The same for all keys of this table: where a mistake keeps it from being read, its keys are no mistakes too.
    void ignore_all();

    // All problems of the whole file so far, and an "unknown key" (with "did you mean") for each key, at any depth,
    // that nobody asked for, in the order of their positions. Ask once, at the end.
    Problems problems();

    // What the machine lacks: `run` refuses to start without it, `check`, which may run elsewhere, only tells.
    const Problems& missing() const;

    // Every key that was asked for in this table and below, dotted, as `bridge.libera.nick`: what a reference must
    // explain. The tables of a list count as one.
    std::set<std::string> asked() const;

private:
    struct File;
    Table(std::shared_ptr<File> file, TomlValue& value);

    TomlValue* ask(std::string_view key);  // notes the key; null where it is missing
    Position at(const TomlValue& value) const;
    void mistype(std::string_view key, const TomlValue& value, std::string_view wanted);

    std::shared_ptr<File> file_;  // owns the value
    TomlValue* value_;
};

// The candidate nearest to `word` by edit distance, where near enough to be a slip of the pen; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

// "250ms", "2s", "5m", "1h", "7d"; nothing for anything else or over 10 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace fedmsgbot
