#include "formatters/template/context.h"

#include <algorithm>

#include "formatters/template/print.h"

namespace fedmsgbot::tmpl {

Value Context::kept_list() {
    auto* place = arena.array<Value>(items.size());
    if (!place) return {};
    std::copy(items.begin(), items.end(), place);
    return Value(std::span<const Value>(place, items.size()));
}

void Context::print_to(std::string& out, const Value& value, std::size_t most_bytes) {
    const bool is_structure = value.is_sequence() || value.is_mapping();
    if (!is_structure || spend(0)) spend(print(value, out, most_bytes));
}

std::string_view Context::text_of(const Value& value) {
    if (value.is_text()) return value.text();
    scratch.clear();
    print_to(scratch, value, max_value_bytes);
    return arena.copy(scratch);
}

}  // namespace fedmsgbot::tmpl
