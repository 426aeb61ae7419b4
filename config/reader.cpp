#include "config/reader.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bot/core/text.h"
#include "config/file_text.h"
#include "config/toml_tree.h"

namespace fedmsgbot {

using Kind = TomlValue::Kind;

struct Table::File {
    std::string name;
    std::string text;
    TomlValue root;
    Problems problems;
    Problems missing;
};

namespace {

// Nobody writes a larger one by hand.
constexpr std::size_t max_file_bytes = std::size_t{16} * 1024 * 1024;

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", clean_line(text, 200)); }

std::string kind_name(Kind kind) {
    switch (kind) {
        case Kind::text:
            return "a string";
        case Kind::number:
            return "a whole number";
        case Kind::flag:
            return "true or false";
        case Kind::list:
            return "a list";
        case Kind::table:
            return "a table";
        case Kind::other:
            break;
    }
    return "a date or a number with a fraction";
}

void note(std::vector<std::string>& asked, std::string_view key) {
    if (std::find(asked.begin(), asked.end(), key) == asked.end()) asked.emplace_back(key);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto near = nearest(word, candidates);
    return near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
}

void list_asked(const TomlValue& value, const std::string& path, std::set<std::string>& paths) {
    for (const auto& item : value.items) list_asked(item, path, paths);
    for (const auto& key : value.asked) {
        const auto below = path.empty() ? key : fmt::format("{}.{}", path, key);
        paths.insert(below);
        if (const auto* entry = value.find(key)) list_asked(entry->value, below, paths);
    }
}

void find_unknown(const TomlValue& value, const std::string& file, Problems& problems) {
    for (const auto& item : value.items) find_unknown(item, file, problems);
    if (!value.is_open) return;
    for (const auto& entry : value.entries) {
        const bool is_known = std::find(value.asked.begin(), value.asked.end(), entry.key) != value.asked.end();
        if (is_known) {
            find_unknown(entry.value, file, problems);
        } else if (!value.is_map) {
            auto text = fmt::format("unknown key {}{}", in_quotes(entry.key), did_you_mean(entry.key, value.asked));
            problems.push_back({{file, entry.place.line, entry.place.column}, std::move(text)});
        }
    }
}

}  // namespace

Result<Table> Table::from_file(const std::filesystem::path& path) {
    auto text = read_file_text(path, max_file_bytes);
    if (!text) return text.problems();
    return from_text(*text, path.string());
}

Result<Table> Table::from_text(std::string_view text, std::string name) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    auto root = parse_toml(text, name);
    if (!root) return root.problems();
    auto file = std::make_shared<File>(File{std::move(name), std::string(text), std::move(*root), {}, {}});
    auto& value = file->root;
    return Table(std::move(file), value);
}

Table::Table(std::shared_ptr<File> file, TomlValue& value) : file_(std::move(file)), value_(&value) {
    assert(value.kind == Kind::table);
    value.is_open = true;
}

TomlValue* Table::ask(std::string_view key) {
    note(value_->asked, key);
    auto* entry = value_->find(key);
    return entry ? &entry->value : nullptr;
}

Position Table::at(const TomlValue& value) const { return {file_->name, value.place.line, value.place.column}; }

void Table::mistype(std::string_view key, const TomlValue& value, std::string_view wanted) {
    fail(at(value), fmt::format("{} must be {}, not {}", in_quotes(key), wanted, kind_name(value.kind)));
}

bool Table::has(std::string_view key) const { return value_->find(key) != nullptr; }

bool Table::is_empty_list(std::string_view key) const {
    const auto* entry = value_->find(key);
    return entry && entry->value.kind == Kind::list && entry->value.items.empty();
}

std::string Table::text(std::string_view key, std::string fallback) {
    const auto* value = ask(key);
    if (!value) return fallback;
    if (value->kind == Kind::text) return value->text;
    mistype(key, *value, "a string");
    return fallback;
}

std::string Table::text(std::string_view key) {
    const auto* value = ask(key);
    if (!value) {
        fail(where(), fmt::format("missing key {}", in_quotes(key)));
    } else if (value->kind == Kind::text && value->text.empty()) {
        fail(key, fmt::format("{} must not be empty", in_quotes(key)));
    }
    return text(key, "");
}

bool Table::flag(std::string_view key, bool fallback) {
    const auto* value = ask(key);
    if (!value) return fallback;
    if (value->kind == Kind::flag) return value->flag;
    mistype(key, *value, "true or false");
    return fallback;
}

std::int64_t Table::number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto* value = ask(key);
    if (!value) return fallback;
    if (value->kind != Kind::number) {
        mistype(key, *value, "a whole number");
    } else if (value->number < least || value->number > most) {
        fail(key, fmt::format("{} must be from {} to {}", in_quotes(key), least, most));
    } else {
        return value->number;
    }
    return fallback;
}

Table::Duration Table::duration(std::string_view key, Duration fallback) {
    const auto* value = ask(key);
    if (!value) return fallback;
    constexpr std::string_view wanted = "a duration like \"250ms\", \"2s\", \"5m\", \"1h\" or \"7d\"";
    if (value->kind != Kind::text) {
        mistype(key, *value, wanted);
    } else if (const auto duration = parse_duration(value->text)) {
        return *duration;
    } else {
        fail(key, fmt::format("{} must be {}, not {}", in_quotes(key), wanted, in_quotes(value->text)));
    }
    return fallback;
}

std::vector<std::string> Table::texts(std::string_view key) {
    std::vector<std::string> texts;
    const auto* value = ask(key);
    if (!value) return texts;
    if (value->kind != Kind::list) return mistype(key, *value, "a list of strings"), texts;
    for (const auto& item : value->items) {
        if (item.kind != Kind::text)
            fail(at(item), fmt::format("{} must hold strings, not {}", in_quotes(key), kind_name(item.kind)));
        // Kept even where it is none, so that where_element() counts right.
        texts.push_back(item.text);
    }
    return texts;
}

std::string Table::choice(std::string_view key, std::vector<std::string> choices) {
    assert(!choices.empty());
    const auto* value = ask(key);
    if (!value) return choices.front();
    if (value->kind != Kind::text) return mistype(key, *value, "a string"), choices.front();
    if (std::find(choices.begin(), choices.end(), value->text) != choices.end()) return value->text;
    fail(key, fmt::format("{} must be one of \"{}\", not {}{}", in_quotes(key), fmt::join(choices, "\", \""),
                          in_quotes(value->text), did_you_mean(value->text, choices)));
    return choices.front();
}

std::string Table::secret(std::string_view key) {
    const auto in_file = fmt::format("{}_file", key);
    const auto in_environment = fmt::format("{}_env", key);
    const auto* file = ask(in_file);
    const auto* variable = ask(in_environment);
    if (value_->find(key) && std::find(value_->asked.begin(), value_->asked.end(), key) == value_->asked.end()) {
        ignore(key);
        fail(key, fmt::format("a secret does not stand in this file: use {} or {}", in_quotes(in_file),
                              in_quotes(in_environment)));
    }
    if (file && variable)
        fail(in_environment,
             fmt::format("{} and {} exclude each other", in_quotes(in_file), in_quotes(in_environment)));
    const auto& named = file ? in_file : in_environment;
    if ((!file && !variable) || text(named).empty()) return {};
    auto secret = file ? read_secret_file(file->text) : read_secret_variable(variable->text);
    if (secret) return *secret;
    miss(where(named), secret.problems().front().text);
    return {};
}

std::optional<Table> Table::table(std::string_view key) {
    auto* value = ask(key);
    if (!value) return {};
    if (value->kind == Kind::table) return Table(file_, *value);
    mistype(key, *value, "a table");
    return {};
}

std::vector<Table> Table::tables(std::string_view key) {
    std::vector<Table> tables;
    auto* value = ask(key);
    if (!value) return tables;
    if (value->kind != Kind::list) {
        fail(at(*value), fmt::format("{} must be a list of tables, each written [[{}]]", in_quotes(key), key));
        return tables;
    }
    for (auto& item : value->items) {
        if (item.kind == Kind::table)
            tables.push_back(Table(file_, item));
        else
            fail(at(item), fmt::format("{} must hold tables, not {}", in_quotes(key), kind_name(item.kind)));
    }
    return tables;
}

std::vector<std::pair<std::string, Table>> Table::children(std::string_view key) {
    std::vector<std::pair<std::string, Table>> children;
    auto parent = table(key);
    if (!parent) return children;
    for (auto& entry : parent->value_->entries) {
        note(parent->value_->asked, entry.key);
        if (entry.value.kind == Kind::table)
            children.emplace_back(entry.key, Table(file_, entry.value));
        else
            fail(parent->at(entry.value),
                 fmt::format("{} holds tables only, each written [{}.NAME]", in_quotes(key), key));
    }
    return children;
}

std::vector<std::pair<std::string, std::string>> Table::entries() {
    std::vector<std::pair<std::string, std::string>> entries;
    value_->is_map = true;
    for (const auto& entry : value_->entries) {
        const bool is_other = std::find(value_->asked.begin(), value_->asked.end(), entry.key) != value_->asked.end();
        if (entry.value.kind == Kind::text)
            entries.emplace_back(entry.key, entry.value.text);
        else if (!is_other)
            mistype(entry.key, entry.value, "a string");
    }
    return entries;
}

std::vector<std::string> Table::keys() const {
    std::vector<std::string> keys;
    for (const auto& entry : value_->entries) keys.push_back(entry.key);
    return keys;
}

Position Table::where(std::string_view key) const {
    const auto* entry = value_->find(key);
    return entry ? at(entry->value) : where();
}

Position Table::where() const { return at(*value_); }

Position Table::where(std::string_view key, std::size_t offset) const {
    const auto* entry = value_->find(key);
    if (!entry || entry->value.kind != Kind::text) return where(key);
    const auto place = place_inside(file_->text, entry->value.place, offset);
    return {file_->name, place.line, place.column};
}

Position Table::where_element(std::string_view key, std::size_t index) const {
    const auto* entry = value_->find(key);
    if (!entry || index >= entry->value.items.size()) return where(key);
    return at(entry->value.items[index]);
}

void Table::fail(std::string_view key, std::string text) { fail(where(key), std::move(text)); }

void Table::fail(Position where, std::string text) { file_->problems.push_back({std::move(where), std::move(text)}); }

void Table::ignore(std::string_view key) { note(value_->asked, key); }

void Table::ignore_all() { value_->is_open = false; }

std::set<std::string> Table::asked() const {
    std::set<std::string> paths;
    list_asked(*value_, "", paths);
    return paths;
}

void Table::miss(Position where, std::string text) { file_->missing.push_back({std::move(where), std::move(text)}); }

const Problems& Table::missing() const { return file_->missing; }

Problems Table::problems() {
    auto problems = file_->problems;
    find_unknown(file_->root, file_->name, problems);
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return a.where.line != b.where.line ? a.where.line < b.where.line : a.where.column < b.where.column;
    });
    // Several may read one key: its mistake is told once.
    const auto same = [](const Problem& a, const Problem& b) {
        return a.where.line == b.where.line && a.where.column == b.where.column && a.text == b.text;
    };
    problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
    return problems;
}

}  // namespace fedmsgbot
