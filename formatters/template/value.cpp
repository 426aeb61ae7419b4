#include "formatters/template/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "bot/core/text.h"

namespace fedmsgbot::tmpl {

namespace {

// Deeper than this, two structures count as different: only a sender who plays games gets there.
constexpr int max_equality_depth = 20;

bool is_numeric(const Value& value) { return value.is_number() || value.kind() == Value::Kind::boolean; }

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

bool equal_at(const Value& a, const Value& b, Arena& arena, int depth);

bool equal_sequences(const Value& a, const Value& b, Arena& arena, int depth) {
    if (depth >= max_equality_depth || a.size() != b.size()) return false;
    const auto count = a.size();
    auto* elements = arena.array<Value>(count);
    if (!elements) return false;
    std::size_t n = 0;
    each(b, arena, [&](const Value& element) { return elements[n++] = element, n < count; });
    bool is_equal = true;
    n = 0;
    each(a, arena, [&](const Value& element) {
        is_equal = n < count && equal_at(element, elements[n++], arena, depth + 1);
        return is_equal;
    });
    return is_equal;
}

bool equal_at(const Value& a, const Value& b, Arena& arena, int depth) {
    using Kind = Value::Kind;
    if (is_numeric(a) && is_numeric(b)) {
        if (a.kind() != Kind::real && b.kind() != Kind::real) return a.integer() == b.integer();
        return a.real() == b.real();
    }
    if (a.is_sequence() && b.is_sequence()) return equal_sequences(a, b, arena, depth);
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::undefined:
        case Kind::none:
            return true;
        case Kind::text:
            return a.text() == b.text();
        case Kind::object:
            return a.json().dump() == b.json().dump();
        case Kind::words:
            return *a.words() == *b.words();
        default:
            return false;
    }
}

}  // namespace

Value Value::from_json(JsonView json, Arena& arena) {
    switch (json.kind()) {
        case JsonView::Kind::missing:
            return {};
        case JsonView::Kind::null:
            return none();
        case JsonView::Kind::boolean:
            return json.boolean();
        case JsonView::Kind::integer:
            return json.integer();
        case JsonView::Kind::natural: {
            char digits[24];
            const auto end = std::to_chars(digits, digits + sizeof digits, json.natural()).ptr;
            return Value(arena.copy({digits, static_cast<std::size_t>(end - digits)}));
        }
        case JsonView::Kind::real:
            return json.real();
        case JsonView::Kind::text:
            return Value(json.text());
        case JsonView::Kind::array:
        case JsonView::Kind::object: {
            Value value(json.kind() == JsonView::Kind::array ? Kind::array : Kind::object);
            value.json_ = json;
            return value;
        }
    }
    return {};
}

std::int64_t Value::integer() const {
    if (kind_ == Kind::integer) return integer_;
    if (kind_ == Kind::boolean) return boolean_ ? 1 : 0;
    if (kind_ != Kind::real || std::isnan(real_)) return 0;
    if (real_ >= 9223372036854775808.0) return std::numeric_limits<std::int64_t>::max();
    if (real_ <= -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(real_);
}

double Value::real() const {
    if (kind_ == Kind::real) return real_;
    return static_cast<double>(integer());
}

bool Value::is_true() const {
    switch (kind_) {
        case Kind::undefined:
        case Kind::none:
            return false;
        case Kind::boolean:
            return boolean_;
        case Kind::integer:
            return integer_ != 0;
        case Kind::real:
            return real_ != 0;
        case Kind::text:
            return !text_.empty();
        case Kind::list:
            return !list_.empty();
        case Kind::words:
            return !words_->empty();
        case Kind::array:
        case Kind::object:
            return json_.size() > 0;
    }
    return false;
}

std::size_t Value::size() const {
    // Texts are valid UTF-8, where every character has one byte that continues none.
    if (is_text()) return static_cast<std::size_t>(std::count_if(text_.begin(), text_.end(), starts_character));
    if (kind_ == Kind::list) return list_.size();
    if (kind_ == Kind::words) return words_->size();
    return json().size();
}

std::size_t Value::scan_cost() const {
    if (is_text()) return text_.size();
    return is_sequence() || is_mapping() ? 16 * size() : 0;
}

Value Value::member(std::string_view key, Arena& arena) const {
    if (kind_ == Kind::object) return from_json(json_[key], arena);
    if (kind_ != Kind::words) return {};
    const auto found = words_->find(key);
    return found == words_->end() ? Value() : Value(std::string_view(found->second));
}

Value Value::element(std::int64_t index, Arena& arena) const {
    if (!is_text() && !is_sequence()) return {};
    const auto count = static_cast<std::int64_t>(size());
    if (index < 0) index += count;
    if (index < 0 || index >= count) return {};
    const auto n = static_cast<std::size_t>(index);
    if (kind_ == Kind::list) return list_[n];
    if (kind_ == Kind::array) return from_json(json_.at(n), arena);
    return Value(characters(text_.substr(characters(text_, n).size()), 1));
}

std::string_view characters(std::string_view text, std::size_t n) {
    return n >= text.size() ? text : code_point_prefix(text, n);
}

bool equal(const Value& a, const Value& b, Arena& arena) { return equal_at(a, b, arena, 0); }

Order compare(const Value& a, const Value& b) {
    if (a.is_text() && b.is_text()) {
        const int order = a.text().compare(b.text());
        return {true, (order > 0) - (order < 0)};
    }
    if (!is_numeric(a) || !is_numeric(b)) return {false, 0};
    if (a.kind() != Value::Kind::real && b.kind() != Value::Kind::real)
        return {true, (a.integer() > b.integer()) - (a.integer() < b.integer())};
    const double x = a.real(), y = b.real();
    return {!std::isnan(x) && !std::isnan(y), (x > y) - (x < y)};
}

}  // namespace fedmsgbot::tmpl
