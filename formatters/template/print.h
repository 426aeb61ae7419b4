#pragma once

#include <string>

#include "formatters/template/value.h"

namespace fedmsgbot::tmpl {

// Appends the value as Python's str() writes it: True, None, 1.0, 1e+16, ['a', 1]. Undefined is nothing.
// Stops when `out` is longer than `most_bytes` (a long value may overshoot by itself once).
void print(const Value& value, std::string& out, std::size_t most_bytes);

// Python's shortest round-trip form of a float.
void print_real(double number, std::string& out);

// Appends the value as compact JSON; undefined is null.
void print_json(const Value& value, std::string& out, std::size_t most_bytes);

}  // namespace fedmsgbot::tmpl
