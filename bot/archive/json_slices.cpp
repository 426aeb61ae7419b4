#include "bot/archive/json_slices.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && is_blank(text[at])) ++at;
    return at;
}

// Past the text's closing quote; `at` is its opening one.
std::size_t skip_text(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return std::min(at + 1, json.size());
}

// To the comma, or the bracket that closes what the value stands in.
std::size_t skip_value(std::string_view json, std::size_t at) {
    for (int depth = 0; at < json.size();) {
        const char c = json[at];
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        at = c == '"' ? skip_text(json, at) : at + 1;
    }
    return at;
}

}  // namespace

void each_slice(std::string_view json, const std::function<bool(JsonSlice)>& visit) {
    auto at = skip_blanks(json, 0);
    if (at == json.size() || (json[at] != '{' && json[at] != '[')) return;
    const bool is_object = json[at] == '{';
    for (at = skip_blanks(json, at + 1); at < json.size() && json[at] != '}' && json[at] != ']';) {
        JsonSlice slice;
        if (is_object) {
            if (json[at] != '"') return;
            const auto end = skip_text(json, at);
            if (end < at + 2) return;
            slice.key = json.substr(at + 1, end - at - 2);
            at = skip_blanks(json, end);
            if (at == json.size() || json[at] != ':') return;
            at = skip_blanks(json, at + 1);
        }
        auto end = skip_value(json, at);
        slice.value = json.substr(at, end - at);
        while (!slice.value.empty() && is_blank(slice.value.back())) slice.value.remove_suffix(1);
        if (slice.value.empty() || !visit(slice)) return;
        if (end < json.size() && json[end] == ',') ++end;
        at = skip_blanks(json, end);
    }
}

std::string_view slice_of(std::string_view object, std::string_view key) {
    std::string_view found;
    each_slice(object, [&](JsonSlice slice) {
        if (slice.key == key) found = slice.value;
        return true;
    });
    return found;
}

}  // namespace fedmsgbot
