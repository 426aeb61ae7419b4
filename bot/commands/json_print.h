#pragma once

#include <string>
#include <string_view>

#include "bot/core/json.h"

namespace fedmsgbot {

// JSON for a terminal. Whatever the message says, nothing in it can steer the terminal or hide: control characters, C1
// included, and marks that turn the direction of writing are escaped, which to a reader of JSON is the same text.
enum class Colors { none, ansi };

// Over several lines, members in the order of the message.
std::string pretty_json(JsonView value, Colors colors);

// The same text on one line; outside of strings, line ends become blanks. What is no UTF-8 becomes U+FFFD.
std::string one_line_json(std::string_view json);

}  // namespace fedmsgbot
