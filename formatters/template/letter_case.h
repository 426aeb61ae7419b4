#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot::tmpl {

// Case of the letters that people's names on the bus are written in: Latin with its accents, Greek and Cyrillic.
// Other letters stay as they are. Appends to `out`; invalid UTF-8 is copied.
void append_lower(std::string_view text, std::string& out);
void append_upper(std::string_view text, std::string& out);

}  // namespace fedmsgbot::tmpl
