#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// The text that a reader sees of a post's HTML: tags gone, line breaks as blanks, entities decoded, white space
// folded. Any input does; what is no HTML stays as it is. Pure.
std::string html_to_text(std::string_view html);

// Whether a post on the server is the text that was sent. Compared by letters and digits alone, since servers restyle
// the rest: they make smileys of `:-)`, take `*x*` for bold, turn quotes. Pure.
bool reads_alike(std::string_view sent, std::string_view html);

// A text as HTML that shows it: what would be markup is escaped. Pure.
std::string escape_html(std::string_view text);

// The same with every address in it as a link, for servers that make none themselves. Pure.
std::string text_to_html(std::string_view text);

}  // namespace fedmsgbot
