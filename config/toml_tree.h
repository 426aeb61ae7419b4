#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/result.h"
#include "config/toml_place.h"

namespace fedmsgbot {

struct TomlEntry;

// One value of a TOML file, with its place, in the order of the file: what the library that parses forgets. The reader
// also notes here what was asked for.
struct TomlValue {
    enum class Kind { text, number, flag, list, table, other };

    const TomlEntry* find(std::string_view key) const;
    TomlEntry* find(std::string_view key);

    Kind kind = Kind::other;
    Place place;
    std::string text;
    std::int64_t number = 0;
    bool flag = false;
    std::vector<TomlValue> items;    // of a list
    std::vector<TomlEntry> entries;  // of a table

    std::vector<std::string> asked;  // keys of a table that somebody knows
    bool is_open = false;            // a table whose keys were looked at: those nobody knows are mistakes
    bool is_map = false;             // a table whose keys are the operator's own words
};

struct TomlEntry {
    std::string key;
    Place place;
    TomlValue value;
};

// The root table of a TOML text. `file` stands for it in problems.
Result<TomlValue> parse_toml(std::string_view text, const std::string& file);

}  // namespace fedmsgbot
