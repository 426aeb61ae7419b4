#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bridges/timeline/filter_view.h"
#include "bridges/timeline/timeline_entry.h"

namespace fedmsgbot {

// Pieces of HTML that the list and an entry's own page share.

// The letter that stands for a service, in a colour of its own. Letters, not icons: icons lie on other people's
// servers, and to fetch them there would tell those servers who reads here.
std::string badge(std::string_view service);
// The same as a link to the service's view.
std::string badge(std::string_view service, const FilterLinks& links);

// Those letters. Not escaped.
std::string letters_of(std::string_view service);

// Which of the style sheet's twelve colours a service has; the same for ever.
int hue_of(std::string_view service);

// Packages and people of a line, the first `most` of each, as links, each behind a blank; the rest is counted.
std::string chips(const Line& line, std::size_t most, const FilterLinks& links);

// A value as a link to the view of it; `kind` is the style sheet's.
std::string filter_chip(const FilterLinks& links, FilterField field, std::string_view value, std::string_view kind);

// What a topic is called, as a link to the view of it.
std::string topic_link(const TimelineEntry& entry, std::string_view shown, const FilterLinks& links);

std::string time_element(SystemTime time, std::string_view shown);

}  // namespace fedmsgbot
