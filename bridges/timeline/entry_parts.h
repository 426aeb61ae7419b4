#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bridges/timeline/timeline_entry.h"

namespace fedmsgbot {

// Pieces of HTML that the list and an entry's own page share.

// The letter that stands for a service, in a colour of its own. Letters, not icons: icons lie on other people's
// servers, and to fetch them there would tell those servers who reads here.
std::string badge(std::string_view service);

// Which of the style sheet's twelve colours a service has; the same for ever.
int hue_of(std::string_view service);

// Packages and people of a line, the first `most` of each; the rest is counted.
std::string chips(const Line& line, std::size_t most);

std::string time_element(SystemTime time, std::string_view shown);

}  // namespace fedmsgbot
