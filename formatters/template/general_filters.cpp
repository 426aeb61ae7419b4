// Filters on any value. docs/rules.md says what each does.
#include <charconv>
#include <chrono>
#include <ctime>

#include "formatters/template/filter.h"
#include "formatters/template/print.h"

namespace fedmsgbot::tmpl {

namespace {

Value lookup(const FilterCall& call) {
    auto key = call.context.text_of(call.input);
    if (call.input.kind() == Value::Kind::boolean) key = call.input.is_true() ? "true" : "false";
    const auto found = call.input.is_undefined() ? Value() : call.argument(0).member(key, call.context.arena);
    return found.is_undefined() ? call.argument(1) : found;
}

Value plural(const FilterCall& call) {
    const auto& count = call.input;
    double number = count.real();
    if (count.is_sequence() || count.is_mapping()) number = static_cast<double>(count.size());
    if (count.is_text()) std::from_chars(count.text().data(), count.text().data() + count.text().size(), number);
    if (number == 1) return call.argument(0).is_undefined() ? Value(std::string_view()) : call.argument(0);
    return call.argument(1).is_undefined() ? Value(std::string_view("s")) : call.argument(1);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

// Undefined unless the text is one number through and through.
Value number_from(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end)
        return Value(whole);
    double real = 0;
    if (const auto read = std::from_chars(text.data(), end, real); read.ec == std::errc() && read.ptr == end)
        return Value(real);
    return {};
}

Value as_number(const Value& value) {
    if (value.is_text()) return number_from(value.text());
    if (value.kind() == Value::Kind::boolean) return Value(value.integer());
    return value.is_number() ? value : Value();
}

Value to_int(const FilterCall& call) {
    const auto number = as_number(call.input);
    if (number.is_undefined()) return call.argument(0).is_undefined() ? Value(std::int64_t{0}) : call.argument(0);
    return Value(number.integer());
}

Value to_float(const FilterCall& call) {
    const auto number = as_number(call.input);
    if (number.is_undefined()) return call.argument(0).is_undefined() ? Value(0.0) : call.argument(0);
    return Value(number.real());
}

Value to_string(const FilterCall& call) { return Value(call.context.text_of(call.input)); }

Value tojson(const FilterCall& call) {
    call.context.scratch.clear();
    print_json(call.input, call.context.scratch, max_value_bytes);
    return call.context.kept_text();
}

Value starts_with(const FilterCall& call) {
    if (call.input.is_nothing() || call.argument(0).is_nothing()) return Value(false);
    return Value(call.context.text_of(call.input).starts_with(call.text_argument(0)));
}

Value ends_with(const FilterCall& call) {
    if (call.input.is_nothing() || call.argument(0).is_nothing()) return Value(false);
    return Value(call.context.text_of(call.input).ends_with(call.text_argument(0)));
}

Value contains(const FilterCall& call) {
    const auto& whole = call.input;
    const auto& part = call.argument(0);
    if (whole.is_nothing() || part.is_nothing()) return Value(false);
    if (whole.is_mapping()) return Value(!whole.member(call.text_argument(0), call.context.arena).is_undefined());
    if (!whole.is_sequence())
        return Value(call.context.text_of(whole).find(call.text_argument(0)) != std::string_view::npos);
    bool is_found = false;
    each(whole, call.context.arena,
         [&](const Value& element) { return !(is_found = equal(element, part, call.context.arena)); });
    return Value(is_found);
}

// Seconds since 1970 as UTC; strftime knows the C locale only, as this program never sets another.
Value date(const FilterCall& call) {
    const auto number = as_number(call.input);
    const auto seconds = number.integer();
    if (number.is_undefined() || seconds < 0 || seconds > 253402300799) return {};
    const std::time_t time = seconds;
    std::tm parts{};
    const std::string format(call.text_argument(0, "%Y-%m-%d %H:%M"));
    char out[256];
    if (!gmtime_r(&time, &parts)) return {};
    return call.context.kept({out, std::strftime(out, sizeof out, format.c_str(), &parts)});
}

constexpr auto anything = Filter::Takes::anything;

constexpr Filter table[] = {
    {"contains", anything, 1, {"part"}, contains},
    {"date", anything, 0, {"format"}, date},
    // An expression's node of its own (expressions.cpp), since it evaluates its argument only where it is needed.
    {"default", anything, 1, {"value", "also_when_empty"}, nullptr},
    {"ends_with", anything, 1, {"suffix"}, ends_with},
    {"float", anything, 0, {"fallback"}, to_float},
    {"int", anything, 0, {"fallback"}, to_int},
    {"lookup", anything, 1, {"map", "fallback"}, lookup},
    {"plural", anything, 0, {"one", "many"}, plural},
    {"starts_with", anything, 1, {"prefix"}, starts_with},
    {"string", anything, 0, {}, to_string},
    {"tojson", anything, 0, {}, tojson},
};

}  // namespace

std::span<const Filter> general_filters() { return table; }

}  // namespace fedmsgbot::tmpl
