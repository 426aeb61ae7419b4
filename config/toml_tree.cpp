#include "config/toml_tree.h"

#include <algorithm>

#include <toml++/toml.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

Place place_of(const toml::source_region& region) {
    return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

TomlValue convert(const toml::node& node);

void convert_table(const toml::table& table, TomlValue& value) {
    value.kind = TomlValue::Kind::table;
    for (const auto& [key, child] : table)
        value.entries.push_back({std::string(key.str()), place_of(key.source()), convert(child)});
    // The library sorts by name.
    std::stable_sort(value.entries.begin(), value.entries.end(), [](const auto& a, const auto& b) {
        return a.place.line != b.place.line ? a.place.line < b.place.line : a.place.column < b.place.column;
    });
}

TomlValue convert(const toml::node& node) {
    TomlValue value;
    value.place = place_of(node.source());
    if (const auto* table = node.as_table()) {
        convert_table(*table, value);
    } else if (const auto* list = node.as_array()) {
        value.kind = TomlValue::Kind::list;
        for (const auto& item : *list) value.items.push_back(convert(item));
    } else if (const auto* text = node.as_string()) {
        value.kind = TomlValue::Kind::text;
        value.text = text->get();
    } else if (const auto* number = node.as_integer()) {
        value.kind = TomlValue::Kind::number;
        value.number = number->get();
    } else if (const auto* flag = node.as_boolean()) {
        value.kind = TomlValue::Kind::flag;
        value.flag = flag->get();
    }
    return value;
}

}  // namespace

const TomlEntry* TomlValue::find(std::string_view key) const {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const TomlEntry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

TomlEntry* TomlValue::find(std::string_view key) { return const_cast<TomlEntry*>(std::as_const(*this).find(key)); }

Result<TomlValue> parse_toml(std::string_view text, const std::string& file) {
    try {
        const auto parsed = toml::parse(text);
        return convert(parsed);
    } catch (const toml::parse_error& error) {
        const auto place = place_of(error.source());
        return Problem{{file, place.line, place.column}, clean_line(error.description(), 500)};
    }
}

}  // namespace fedmsgbot
