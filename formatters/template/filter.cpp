#include "formatters/template/filter.h"

namespace fedmsgbot::tmpl {

namespace {

constexpr int max_flattening = 8;

void flatten_into(std::vector<Value>& items, Arena& arena, const Value& value, int depth) {
    if (value.is_nothing()) return;
    if (!value.is_sequence() || depth >= max_flattening) {
        items.push_back(value);
        return;
    }
    each(value, arena, [&](const Value& element) { return flatten_into(items, arena, element, depth + 1), true; });
}

template <class Visit>
void each_filter(Visit&& visit) {
    for (const auto part : {text_filters(), list_filters(), general_filters(), fedora_filters()})
        for (const auto& filter : part) visit(filter);
}

}  // namespace

void flatten(Context& context, const Value& value) {
    context.items.clear();
    flatten_into(context.items, context.arena, value, 0);
}

Value as_text(Context& context, const Value& value) {
    if (value.is_text()) return value;
    const auto text = context.text_of(value);
    return text.empty() ? Value() : Value(text);
}

Value apply_filter(const Filter& filter, Context& context, const Value& input, std::span<const Value> arguments,
                   const Regex* regex) {
    if (!context.spend(8 + input.scan_cost())) return {};
    FilterCall call{context, input, arguments, regex};
    if (filter.takes == Filter::Takes::anything) return filter.apply(call);
    if (!input.is_sequence()) {
        call.input = as_text(context, input);
        return call.input.is_undefined() ? Value() : filter.apply(call);
    }
    flatten(context, input);
    const auto items = context.kept_list().list();
    auto* results = context.arena.array<Value>(items.size());
    if (!results) return {};
    for (std::size_t n = 0; n < items.size(); ++n) {
        results[n] = Value();
        if (!context.spend(8 + items[n].scan_cost())) continue;
        call.input = as_text(context, items[n]);
        if (!call.input.is_undefined()) results[n] = filter.apply(call);
    }
    return Value(std::span<const Value>(results, items.size()));
}

const Filter* find_filter(std::string_view name) {
    const Filter* found = nullptr;
    each_filter([&](const Filter& filter) {
        if (filter.name == name) found = &filter;
    });
    return found;
}

std::vector<std::string> filter_names() {
    std::vector<std::string> names;
    each_filter([&](const Filter& filter) { names.emplace_back(filter.name); });
    return names;
}

}  // namespace fedmsgbot::tmpl
