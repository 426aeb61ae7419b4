#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fedmsgbot {

// Text from strangers, fit for HTML and XML, inside an element as well as inside a quoted attribute. Markup and quotes
// are escaped; what neither language may hold (control characters, invalid UTF-8, U+FFFE and U+FFFF) becomes U+FFFD;
// controls of the writing direction, which would turn round what stands beside them, are dropped. Line ends and tabs
// stay.
std::string escape(std::string_view text);

// The address, escaped, if it may be followed: http and https only. Else empty.
std::string safe_link(std::string_view link);

// What a reader sees of a link: the host without its user, port and `www.`, escaped.
std::string host_of(std::string_view link);

// At most `most` bytes, ended at a word and with an ellipsis where it was cut. Not escaped.
std::string shorten(std::string_view text, std::size_t most);

// The JSON text with line ends and indentation, its words untouched. It is not parsed, so nothing in it can make this
// fail: it works on broken JSON, costs time in proportion to the text, and does not indent beyond 32 levels. Controls
// of the writing direction are shown as \u escapes. At most about `most` bytes are read; longer texts end in an
// ellipsis. Not escaped.
std::string pretty_json(std::string_view json, std::size_t most = 262144);

}  // namespace fedmsgbot
