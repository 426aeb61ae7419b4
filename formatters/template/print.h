#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "formatters/template/value.h"

namespace fedmsgbot::tmpl {

// Which member of an object stands for it in a sentence: the first of these that is a text and not empty.
inline constexpr std::array<std::string_view, 6> name_keys = {"name", "username",  "login",
                                                              "nick", "full_name", "title"};

// Appends the value as people read it: True, 1.0, 1e+16; nothing for undefined and none; of a list, lists in it
// included, the items that print as something, with commas; of an object its name, or nothing.
// Stops when `out` is longer than `most_bytes` (a long value may overshoot by itself once). Returns what looking
// through a structure cost, for the work limit.
std::size_t print(const Value& value, std::string& out, std::size_t most_bytes);

// Python's shortest round-trip form of a float.
void print_real(double number, std::string& out);

// Appends the value as compact JSON; undefined is null.
void print_json(const Value& value, std::string& out, std::size_t most_bytes);

}  // namespace fedmsgbot::tmpl
