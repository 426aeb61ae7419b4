#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/result.h"

namespace fedmsgbot {

// The canonical form of a JSON text: what signers of the bus sign, byte for byte as Python's json module writes it
// (sorted keys, no blanks, ASCII only). Made from the bytes of the wire, because the mended tree that rules read has
// lost what a signature covers: lone surrogates, big integers, NaN, the difference between 1 and 1.0.
// Keys are in the order of their code points, of equal ones the last counts; integers keep all digits; reals are
// doubles in their shortest form. As strict as Python's reader; nesting and digits are bounded. Pure.
Result<std::string> canonical_json(std::string_view bytes);

// One member of an object in canonical form, and what it says if it is a text. Keys and texts are UTF-8, but for lone
// surrogates, which have the three bytes that UTF-8 would give them.
struct CanonicalMember {
    std::string key;
    std::string value;
    std::optional<std::string> text;
};

// The members of an object, sorted, each key once. A problem also if the text is no object.
Result<std::vector<CanonicalMember>> canonical_members(std::string_view bytes);

// `"key":value,...` of the members without those named, in braces.
std::string canonical_object(const std::vector<CanonicalMember>& members,
                             const std::vector<std::string_view>& left_out = {});

// How many digits an integer may have: Python's own bound.
constexpr std::size_t max_integer_digits = 4300;

}  // namespace fedmsgbot
