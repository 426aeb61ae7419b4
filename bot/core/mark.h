#pragma once

#include <string>
#include <string_view>

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// How a suspect message is shown where the configuration asks for a mark: `git.receive -- (unsigned)`. All that it says
// may be a lie, so nothing of it is in the line but its topic: no sentence, no link, no people, no packages. Pure.
// Precondition: the message's arrival is suspect.
Line marked_line(const Message& message);

// `unsigned` or `invalid` for a line that marked_line made; empty for any other.
std::string_view mark_of(const Line& line);

// What stands for the line where its title is not shown beside it: the text; of a marked one with the title.
std::string headline(const Line& line);

}  // namespace fedmsgbot
