#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// StatusNet takes a text that begins with certain words for a command, executes or ignores it, and posts nothing.

// Whether the first word is one that some version knows. A word more than needed does no harm. Pure.
bool begins_with_command(std::string_view text);

// The text behind a mark that nobody sees (U+200B) and that makes its first word another one for the server. Pure.
std::string behind_a_guard(std::string_view text);

}  // namespace fedmsgbot
