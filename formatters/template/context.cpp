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

std::string_view Context::text_of(const Value& value) {
    if (value.is_text()) return value.text();
    scratch.clear();
    print(value, scratch, max_value_bytes);
    return arena.copy(scratch);
}

}  // namespace fedmsgbot::tmpl
