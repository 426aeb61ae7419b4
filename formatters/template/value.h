#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "bot/core/json.h"
#include "formatters/template/arena.h"

namespace fedmsgbot::tmpl {

// A table of a rule file: value -> word.
using Words = std::map<std::string, std::string, std::less<>>;

// What an expression gives: a look at something that lives in the message, in the rule file or in the renderer's arena;
// never an owner, copied freely. Anything may be asked of it, as with JsonView: the neutral answer is undefined.
class Value {
public:
    enum class Kind : std::uint8_t { undefined, none, boolean, integer, real, text, array, object, list, words };

    constexpr Value() : kind_(Kind::undefined), integer_(0) {}
    static Value none() { return Value(Kind::none); }
    Value(bool boolean) : kind_(Kind::boolean), boolean_(boolean) {}
    Value(std::int64_t integer) : kind_(Kind::integer), integer_(integer) {}
    Value(double real) : kind_(Kind::real), real_(real) {}
    Value(std::string_view text) : kind_(Kind::text), text_(text) {}
    Value(const char*) = delete;  // would choose bool
    Value(std::span<const Value> list) : kind_(Kind::list), list_(list) {}
    Value(const Words& words) : kind_(Kind::words), words_(&words) {}
    // Missing becomes undefined; an integer beyond 63 bits becomes the text of its digits.
    static Value from_json(JsonView json, Arena& arena);

    Kind kind() const { return kind_; }
    bool is_undefined() const { return kind_ == Kind::undefined; }
    bool is_nothing() const { return kind_ <= Kind::none; }  // undefined or none
    bool is_text() const { return kind_ == Kind::text; }
    bool is_number() const { return kind_ == Kind::integer || kind_ == Kind::real; }
    bool is_sequence() const { return kind_ == Kind::array || kind_ == Kind::list; }
    bool is_mapping() const { return kind_ == Kind::object || kind_ == Kind::words; }

    std::string_view text() const { return is_text() ? text_ : std::string_view(); }
    std::int64_t integer() const;  // of a number, truncated and saturated, or a boolean; else 0
    double real() const;
    std::span<const Value> list() const { return kind_ == Kind::list ? list_ : std::span<const Value>(); }
    JsonView json() const { return kind_ == Kind::array || kind_ == Kind::object ? json_ : JsonView(); }
    const Words* words() const { return kind_ == Kind::words ? words_ : nullptr; }

    bool is_true() const;           // Python's rule: nothing, 0, "" and what is empty are false
    std::size_t size() const;       // code points, elements or members; 0 for anything else
    std::size_t scan_cost() const;  // bytes or elements that looking through it costs, for the work limit

    // undefined unless a mapping that has the key
    Value member(std::string_view key, Arena& arena) const;
    // negative counts from the end; of a text, the code point
    Value element(std::int64_t index, Arena& arena) const;

private:
    explicit constexpr Value(Kind kind) : kind_(kind), integer_(0) {}

    Kind kind_;
    union {
        bool boolean_;
        std::int64_t integer_;
        double real_;
        std::string_view text_;
        JsonView json_;
        std::span<const Value> list_;
        const Words* words_;
    };
};

// The first n code points of valid UTF-8; short texts are not looked through.
std::string_view characters(std::string_view text, std::size_t n);

// Numbers with numbers (a boolean counts as one), texts with texts, sequences by their elements.
bool equal(const Value& a, const Value& b, Arena& arena);

// Less, for numbers and texts; `is_comparable` false for all else.
struct Order {
    bool is_comparable;
    int sign;
};
Order compare(const Value& a, const Value& b);

// Calls visit(element) for each element of a sequence, each key of a mapping, or the one value itself; nothing for
// undefined and none. Until it returns false.
template <class Visit>
void each(const Value& value, Arena& arena, Visit&& visit) {
    if (value.is_nothing()) return;
    if (value.kind() == Value::Kind::list) {
        for (const auto& element : value.list())
            if (!visit(element)) return;
    } else if (value.kind() == Value::Kind::array) {
        value.json().each_element([&](JsonView element) { return visit(Value::from_json(element, arena)); });
    } else if (value.kind() == Value::Kind::object) {
        value.json().each_member([&](std::string_view key, JsonView) { return visit(Value(key)); });
    } else if (const auto* words = value.words()) {
        for (const auto& [key, word] : *words)
            if (!visit(Value(std::string_view(key)))) return;
    } else {
        visit(value);
    }
}

}  // namespace fedmsgbot::tmpl
