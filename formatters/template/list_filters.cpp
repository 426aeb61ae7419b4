// Filters that make, change or sum up lists. docs/rules.md says what each does.
#include <algorithm>
#include <cmath>

#include "formatters/template/filter.h"

namespace fedmsgbot::tmpl {

namespace {

// The flattened items as texts, in the arena; without objects that have no name.
std::span<const Value> texts(const FilterCall& call) {
    flatten(call.context, call.input);
    const auto items = call.context.kept_list().list();
    call.context.items.clear();
    for (const auto& item : items)
        if (const auto text = as_text(call.context, item); !text.is_undefined()) call.context.items.push_back(text);
    return call.context.kept_list().list();
}

void leave_out_empty(std::vector<Value>& items) {
    std::erase_if(items, [](const Value& item) { return item.text().empty(); });
}

Value join(const FilterCall& call) {
    const auto separator = call.text_argument(0, ", ");
    const auto items = texts(call);
    auto& out = call.context.scratch;
    out.clear();
    for (std::size_t n = 0; n < items.size() && out.size() < max_value_bytes; ++n) {
        if (n > 0) out += separator;
        out += items[n].text();
    }
    return call.context.kept_text();
}

// `a`, `a and b`, `a, b, and c`.
void append_series(std::span<const Value> items, std::string_view quote, std::string& out) {
    for (std::size_t n = 0; n < items.size() && out.size() < max_value_bytes; ++n) {
        if (n > 0) out += items.size() == 2 ? " and " : n + 1 == items.size() ? ", and " : ", ";
        out.append(quote).append(items[n].text()).append(quote);
    }
}

Value series(const FilterCall& call) {
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(2, call.integer_argument(0, 3)));
    texts(call);
    auto& items = call.context.items;
    leave_out_empty(items);
    const auto by_text = [](const Value& a, const Value& b) { return a.text() < b.text(); };
    std::sort(items.begin(), items.end(), by_text);
    items.erase(
        std::unique(items.begin(), items.end(), [](const Value& a, const Value& b) { return a.text() == b.text(); }),
        items.end());
    auto& out = call.context.scratch;
    out.clear();
    if (items.empty()) return Value(std::string_view("(nothing)"));
    if (items.size() <= limit) {
        append_series(items, "", out);
        return call.context.kept_text();
    }
    for (std::size_t n = 0; n + 1 < limit; ++n) out.append(items[n].text()).append(", ");
    out.append("and ").append(std::to_string(items.size() - limit + 1)).append(" others");
    return call.context.kept_text();
}

Value oxford(const FilterCall& call) {
    const auto quote = call.text_argument(0, "'");
    texts(call);
    leave_out_empty(call.context.items);
    call.context.scratch.clear();
    append_series(call.context.items, quote, call.context.scratch);
    return call.context.kept_text();
}

Value split(const FilterCall& call) {
    auto rest = call.input.text();
    auto& items = call.context.items;
    if (call.argument(0).is_nothing()) {
        items.clear();
        constexpr std::string_view white = " \t\r\n\f\v";
        for (auto at = rest.find_first_not_of(white); at != std::string_view::npos;
             at = rest.find_first_not_of(white)) {
            rest.remove_prefix(at);
            const auto end = std::min(rest.find_first_of(white), rest.size());
            items.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end);
        }
        return call.context.kept_list();
    }
    const auto separator = call.text_argument(0);
    if (separator.empty()) return call.input;
    items.clear();
    for (auto at = rest.find(separator); at != std::string_view::npos; at = rest.find(separator)) {
        items.emplace_back(rest.substr(0, at));
        rest.remove_prefix(at + separator.size());
    }
    items.emplace_back(rest);
    return call.context.kept_list();
}

Value splitlines(const FilterCall& call) {
    auto rest = call.input.text();
    auto& items = call.context.items;
    items.clear();
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        items.emplace_back(line);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return call.context.kept_list();
}

Value first(const FilterCall& call) {
    if (call.input.is_mapping()) {
        Value found;
        each(call.input, call.context.arena, [&](const Value& key) { return found = key, false; });
        return found;
    }
    return call.input.element(0, call.context.arena);
}
Value last(const FilterCall& call) { return call.input.element(-1, call.context.arena); }
Value length(const FilterCall& call) { return Value(static_cast<std::int64_t>(call.input.size())); }

Value sum(const FilterCall& call) {
    flatten(call.context, call.input);
    std::int64_t whole = 0;
    double real = 0;
    bool is_whole = true;
    for (const auto& item : call.context.items) {
        if (!item.is_number()) continue;
        is_whole =
            is_whole && item.kind() == Value::Kind::integer && !__builtin_add_overflow(whole, item.integer(), &whole);
        real += item.real();
    }
    return is_whole ? Value(whole) : Value(real);
}

// Numbers by size where all are numbers, else all as they print: a mixture has no other order that holds together.
Value sort(const FilterCall& call) {
    flatten(call.context, call.input);
    auto& items = call.context.items;
    const auto is_plain = [](const Value& item) { return item.is_number() && !std::isnan(item.real()); };
    if (std::all_of(items.begin(), items.end(), is_plain)) {
        std::sort(items.begin(), items.end(), [](const Value& a, const Value& b) { return a.real() < b.real(); });
        return call.context.kept_list();
    }
    texts(call);
    std::sort(items.begin(), items.end(), [](const Value& a, const Value& b) { return a.text() < b.text(); });
    return call.context.kept_list();
}

Value unique(const FilterCall& call) {
    const auto items = texts(call);
    // Found by sorting places, so that a sender's long list costs n log n.
    auto& places = call.context.items;
    places.clear();
    for (std::size_t n = 0; n < items.size(); ++n) places.emplace_back(static_cast<std::int64_t>(n));
    const auto text_at = [&](const Value& place) { return items[static_cast<std::size_t>(place.integer())].text(); };
    std::stable_sort(places.begin(), places.end(),
                     [&](const Value& a, const Value& b) { return text_at(a) < text_at(b); });
    places.erase(std::unique(places.begin(), places.end(),
                             [&](const Value& a, const Value& b) { return text_at(a) == text_at(b); }),
                 places.end());
    std::sort(places.begin(), places.end(), [](const Value& a, const Value& b) { return a.integer() < b.integer(); });
    for (auto& place : places) place = items[static_cast<std::size_t>(place.integer())];
    return call.context.kept_list();
}

Value reverse(const FilterCall& call) {
    auto& items = call.context.items;
    items.clear();
    each(call.input, call.context.arena, [&](const Value& item) { return items.push_back(item), true; });
    std::reverse(items.begin(), items.end());
    return call.context.kept_list();
}

// Calls visit(key, value) for each member of a mapping.
template <class Visit>
void each_member(const FilterCall& call, Visit&& visit) {
    if (const auto* words = call.input.words()) {
        for (const auto& [key, word] : *words) visit(Value(std::string_view(key)), Value(std::string_view(word)));
        return;
    }
    call.input.json().each_member([&](std::string_view key, JsonView json) {
        return visit(Value(key), Value::from_json(json, call.context.arena)), true;
    });
}

Value keys(const FilterCall& call) {
    call.context.items.clear();
    each_member(call, [&](const Value& key, const Value&) { call.context.items.push_back(key); });
    return call.context.kept_list();
}

Value values(const FilterCall& call) {
    call.context.items.clear();
    each_member(call, [&](const Value&, const Value& value) { call.context.items.push_back(value); });
    return call.context.kept_list();
}

Value items(const FilterCall& call) {
    call.context.items.clear();
    each_member(call, [&](const Value& key, const Value& value) {
        auto* pair = call.context.arena.array<Value>(2);
        if (!pair) return;
        pair[0] = key;
        pair[1] = value;
        call.context.items.emplace_back(std::span<const Value>(pair, 2));
    });
    return call.context.kept_list();
}

// `user.name` walks down.
Value attribute_of(Value value, std::string_view path, Arena& arena) {
    for (;;) {
        const auto dot = path.find('.');
        value = value.member(path.substr(0, dot), arena);
        if (dot == std::string_view::npos) return value;
        path.remove_prefix(dot + 1);
    }
}

Value map(const FilterCall& call) {
    const auto path = call.text_argument(0);
    if (call.input.is_mapping()) return attribute_of(call.input, path, call.context.arena);
    auto& found = call.context.items;
    found.clear();
    each(call.input, call.context.arena,
         [&](const Value& item) { return found.push_back(attribute_of(item, path, call.context.arena)), true; });
    return call.context.kept_list();
}

bool passes(const FilterCall& call, const Value& value, std::string_view test) {
    const auto& other = call.argument(2);
    auto& arena = call.context.arena;
    if (test == "defined") return !value.is_undefined();
    if (test == "equalto" || test == "==") return equal(value, other, arena);
    if (test == "ne" || test == "!=") return !equal(value, other, arena);
    if (test == "in") {
        bool is_found = false;
        each(other, arena, [&](const Value& choice) { return !(is_found = equal(value, choice, arena)); });
        return is_found;
    }
    return value.is_true();
}

Value chosen(const FilterCall& call, bool wanted) {
    const auto path = call.text_argument(0), test = call.text_argument(1);
    auto& found = call.context.items;
    found.clear();
    each(call.input, call.context.arena, [&](const Value& item) {
        if (passes(call, attribute_of(item, path, call.context.arena), test) == wanted) found.push_back(item);
        return call.context.spend(64);
    });
    return call.context.kept_list();
}

Value selectattr(const FilterCall& call) { return chosen(call, true); }
Value rejectattr(const FilterCall& call) { return chosen(call, false); }

Value affix(const FilterCall& call) {
    const auto before = call.text_argument(0), after = call.text_argument(1);
    const auto items = texts(call);
    auto& found = call.context.items;
    found.clear();
    for (const auto& item : items) {
        if (item.text().empty()) continue;
        call.context.scratch.assign(before).append(item.text()).append(after);
        found.push_back(call.context.kept_text());
    }
    return call.context.kept_list();
}

constexpr auto anything = Filter::Takes::anything;

constexpr Filter table[] = {
    {"affix", anything, 1, {"before", "after"}, affix},
    {"count", anything, 0, {}, length},
    {"first", anything, 0, {}, first},
    {"items", anything, 0, {}, items},
    {"join", anything, 0, {"sep"}, join},
    {"keys", anything, 0, {}, keys},
    {"last", anything, 0, {}, last},
    {"length", anything, 0, {}, length},
    {"map", anything, 1, {"attribute"}, map},
    {"oxford", anything, 0, {"quote"}, oxford},
    {"rejectattr", anything, 1, {"attribute", "test", "value"}, rejectattr},
    {"reverse", anything, 0, {}, reverse},
    {"selectattr", anything, 1, {"attribute", "test", "value"}, selectattr},
    {"series", anything, 0, {"limit"}, series},
    {"sort", anything, 0, {}, sort},
    {"sum", anything, 0, {}, sum},
    {"split", Filter::Takes::text, 0, {"sep"}, split},
    {"splitlines", Filter::Takes::text, 0, {}, splitlines},
    {"unique", anything, 0, {}, unique},
    {"values", anything, 0, {}, values},
};

}  // namespace

std::span<const Filter> list_filters() { return table; }

}  // namespace fedmsgbot::tmpl
