// Filters on text. docs/rules.md says what each does.
#include <algorithm>

#include "formatters/template/filter.h"
#include "formatters/template/letter_case.h"

namespace fedmsgbot::tmpl {

namespace {

constexpr std::string_view white = " \t\r\n\f\v";

std::string_view left_stripped(std::string_view text, std::string_view chars) {
    const auto first = text.find_first_not_of(chars);
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view right_stripped(std::string_view text, std::string_view chars) {
    return text.substr(0, text.find_last_not_of(chars) + 1);
}

Value strip(const FilterCall& call) {
    const auto chars = call.text_argument(0, white);
    return Value(right_stripped(left_stripped(call.input.text(), chars), chars));
}
Value lstrip(const FilterCall& call) { return Value(left_stripped(call.input.text(), call.text_argument(0, white))); }
Value rstrip(const FilterCall& call) { return Value(right_stripped(call.input.text(), call.text_argument(0, white))); }

Value truncate(const FilterCall& call) {
    const auto text = call.input.text();
    const auto most = static_cast<std::size_t>(std::max<std::int64_t>(0, call.integer_argument(0, 0)));
    const auto prefix = characters(text, most);
    if (prefix.size() == text.size()) return call.input;
    const auto end = call.text_argument(1, "...");
    call.context.scratch = prefix;
    call.context.scratch += end;
    return call.context.kept_text();
}

Value basename(const FilterCall& call) {
    const auto text = right_stripped(call.input.text(), "/");
    return Value(text.substr(text.rfind('/') + 1));
}

Value dirname(const FilterCall& call) {
    const auto text = call.input.text();
    const auto slash = text.rfind('/');
    if (slash == std::string_view::npos) return Value(std::string_view());
    const auto folder = right_stripped(text.substr(0, slash), "/");
    return Value(folder.empty() ? text.substr(0, 1) : folder);
}

Value replace(const FilterCall& call) {
    const auto text = call.input.text();
    const auto from = call.text_argument(0), to = call.text_argument(1);
    if (from.empty() || text.find(from) == std::string_view::npos) return call.input;
    auto& out = call.context.scratch;
    out.clear();
    std::size_t at = 0;
    while (out.size() < Arena::most_bytes) {
        const auto found = text.find(from, at);
        out += text.substr(at, found == std::string_view::npos ? found : found - at);
        if (found == std::string_view::npos) break;
        out += to;
        at = found + from.size();
    }
    return call.context.kept_text();
}

Value lower(const FilterCall& call) {
    call.context.scratch.clear();
    append_lower(call.input.text(), call.context.scratch);
    return call.context.kept_text();
}

Value upper(const FilterCall& call) {
    call.context.scratch.clear();
    append_upper(call.input.text(), call.context.scratch);
    return call.context.kept_text();
}

Value capitalize(const FilterCall& call) {
    const auto first = characters(call.input.text(), 1);
    call.context.scratch.clear();
    append_upper(first, call.context.scratch);
    append_lower(call.input.text().substr(first.size()), call.context.scratch);
    return call.context.kept_text();
}

bool is_in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) > 127;
}

// As in Python: a letter after anything that is no letter is a capital.
Value title(const FilterCall& call) {
    auto& out = call.context.scratch;
    out.clear();
    bool in_word = false;
    for (auto text = call.input.text(); !text.empty();) {
        const auto character = characters(text, 1);
        if (in_word)
            append_lower(character, out);
        else
            append_upper(character, out);
        in_word = is_in_word(character[0]);
        text.remove_prefix(character.size());
    }
    return call.context.kept_text();
}

Value remove_prefix(const FilterCall& call) {
    const auto text = call.input.text(), prefix = call.text_argument(0);
    return Value(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
}

Value remove_suffix(const FilterCall& call) {
    const auto text = call.input.text(), suffix = call.text_argument(0);
    return Value(text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text);
}

Value first_line(const FilterCall& call) {
    const auto text = left_stripped(call.input.text(), white);
    return Value(right_stripped(text.substr(0, text.find('\n')), white));
}

Value word(const FilterCall& call) {
    auto text = call.input.text();
    const auto separator = call.text_argument(1, ".");
    auto n = call.integer_argument(0, 0);
    if (separator.empty()) return {};
    if (n < 0) {
        std::int64_t count = 1;
        for (auto at = text.find(separator); at != std::string_view::npos;
             at = text.find(separator, at + separator.size()))
            ++count;
        n += count;
    }
    for (; n > 0; --n) {
        const auto at = text.find(separator);
        if (at == std::string_view::npos) return {};
        text.remove_prefix(at + separator.size());
    }
    return n < 0 ? Value() : Value(text.substr(0, text.find(separator)));
}

Value regex_search(const FilterCall& call) {
    const auto found = call.regex->group(
        call.input.text(), static_cast<int>(std::clamp<std::int64_t>(call.integer_argument(1, 0), -1, 100)));
    return found ? call.context.kept(*found) : Value();
}

Value regex_replace(const FilterCall& call) {
    return call.context.kept(call.regex->replace(call.input.text(), call.text_argument(1)));
}

Value urlencode(const FilterCall& call) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    auto& out = call.context.scratch;
    out.clear();
    for (const char c : call.input.text()) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              std::string_view("-._~/").find(c) != std::string_view::npos;
        if (is_plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return call.context.kept_text();
}

Value sha256_of(const FilterCall& call) { return call.context.kept(sha256(call.input.text())); }

constexpr auto text = Filter::Takes::text;

constexpr Filter table[] = {
    {"basename", text, 0, {}, basename},
    {"capitalize", text, 0, {}, capitalize},
    {"dirname", text, 0, {}, dirname},
    {"first_line", text, 0, {}, first_line},
    {"lower", text, 0, {}, lower},
    {"lstrip", text, 0, {"chars"}, lstrip},
    {"regex_replace", text, 2, {"pattern", "with"}, regex_replace, true},
    {"regex_search", text, 1, {"pattern", "group"}, regex_search, true},
    {"remove_prefix", text, 1, {"prefix"}, remove_prefix},
    {"remove_suffix", text, 1, {"suffix"}, remove_suffix},
    {"replace", text, 2, {"old", "new"}, replace},
    {"rstrip", text, 0, {"chars"}, rstrip},
    {"sha256", text, 0, {}, sha256_of},
    {"strip", text, 0, {"chars"}, strip},
    {"title", text, 0, {}, title},
    {"truncate", text, 1, {"n", "end"}, truncate},
    {"upper", text, 0, {}, upper},
    {"urlencode", text, 0, {}, urlencode},
    {"word", text, 1, {"n", "sep"}, word},
};

}  // namespace

std::span<const Filter> text_filters() { return table; }

}  // namespace fedmsgbot::tmpl
