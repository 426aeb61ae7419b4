#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fedmsgbot {

// The one place where text from strangers becomes fit for people and protocols.

// Valid UTF-8 on one line: every run of control characters (C0, DEL, C1, U+2028/2029) becomes one blank, both ends are
// trimmed, invalid bytes become U+FFFD. Dropped are bidirectional controls (U+202A-202E, U+2066-2069, U+200E/F, U+061C)
// and other hidden marks that no script needs (U+200B, U+2060-206F, U+FEFF, U+FFF9-FFFB); joiners and variation
// selectors stay, but not at the start: a text that shows nothing is empty.
// At most `max_bytes` bytes, cut on a character boundary with an ellipsis at the end.
std::string clean_line(std::string_view text, std::size_t max_bytes = 8192);

// The same over several lines: line ends and tabs stay.
std::string clean_block(std::string_view text, std::size_t max_bytes = 65536);

// An http or https address, or one that names no scheme (announcements of old held such), without blanks, quotes, angle
// brackets, backslashes or control characters (they are percent-encoded); else empty. Who makes it clickable asks
// is_web_link.
std::string clean_link(std::string_view text, std::size_t max_bytes = 2048);

// With the letters of ASCII in lower case, and all else as it is, whatever the locale.
std::string in_lower_case(std::string_view text);

// Printable ASCII without a blank, as tokens and keys are; so is the empty text.
bool is_ascii_word(std::string_view text);

// Starts with http:// or https://, in any case.
bool is_web_link(std::string_view link);

// Length of the valid UTF-8 sequence at the start of the text; 0 where there is none.
std::size_t utf8_sequence(std::string_view text);

// The longest prefix of at most `max_bytes` bytes that ends on a character boundary.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

// The longest prefix of at most `max_bytes` bytes that ends at a word's end; a first word that is itself too long is
// cut between graphemes, and a grapheme that is itself too long on a character boundary. The result has no blank at its
// end; it is empty only for an empty text or max_bytes under 4.
std::string_view word_prefix(std::string_view text, std::size_t max_bytes);

// At most so many code points; what is longer ends with an ellipsis, at a word's end where one is near, else between
// graphemes.
std::string shortened_to_words(std::string_view text, std::size_t max_code_points);

bool is_valid_utf8(std::string_view text);

// Code points; an invalid byte counts as one.
std::size_t code_points(std::string_view text);

// The first n code points.
std::string_view code_point_prefix(std::string_view text, std::size_t n);

// User-perceived characters (extended grapheme clusters, UAX #29): what Mastodon counts.
std::size_t graphemes(std::string_view text);

// The first n of them.
std::string_view grapheme_prefix(std::string_view text, std::size_t n);

}  // namespace fedmsgbot
