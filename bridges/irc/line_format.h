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

// How a line looks on IRC.
struct LineStyle {
    bool colors = true;
    int max_lines = 2;                   // then the text ends in "..."; 1: never goes on in a second line
    std::map<std::string, int> palette;  // service to colour; also `default` and `link`

    // fedmsg's own colours, as its bot wrote them for years.
    static std::map<std::string, int> default_palette();
};

// The texts of the commands that say `line`, first to last: `title -- text link`, each of at most `room` bytes, cut
// where a word ends. The link is whole, on the last line; on a line of its own where it does not fit behind the text;
// one that fits no line at all is left out, since a cut link leads nowhere.
// Whatever the line holds, there is no control character in the texts but our colour codes, hence no CTCP. Never
// empty. `room` is at least 100.
std::vector<std::string> format_line(const Line& line, const LineStyle& style, std::size_t room);

}  // namespace fedmsgbot
