#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/line.h"

namespace fedmsgbot {

// mIRC's colours, 0 to 15, by their names (`light blue`); nothing for any other name.
std::optional<int> irc_color(std::string_view name);
const std::vector<std::string>& irc_color_names();

// The same colour, or the nearest one that a light and a dark background both let people read: a contrast of 2.4 to 1
// or more on either.
int readable_color(int color);

enum class LineForm {
    terse,  // title -- text link
    plain,  // the same without any colour
    full,   // whole topic -- text link, and below it what the message has to say at length
};

// How a line looks on IRC.
struct LineStyle {
    bool colors = true;
    int max_lines = 2;                   // then the text ends in "..."; 1: never goes on in a second line
    std::map<std::string, int> palette;  // service to colour; also `default` and `link`
    LineForm form = LineForm::terse;

    // fedmsg's own colours, as its bot wrote them for years.
    static std::map<std::string, int> default_palette();
};

// The texts of the commands that say `line`, first to last: `title -- text link`, each of at most `room` bytes, cut
// where a word ends, else between graphemes. The link is whole, on the last line; on a line of its own where it does
// not fit behind the text; one that fits no line at all is left out, since a cut link leads nowhere, and a remark
// stands in its place. The full form has `topic` for its title, where that is not empty, and up to max_lines lines of
// the long form. Whatever the line holds, there is no control character in the texts but our colour codes, hence no
// CTCP. Never empty. `room` is at least 100.
std::vector<std::string> format_line(const Line& line, const LineStyle& style, std::size_t room,
                                     std::string_view topic = {});

}  // namespace fedmsgbot
