#pragma once

#include <string>

#include "bridges/timeline/timeline_filter.h"

namespace fedmsgbot {

// The form that asks for a filter: plain HTML that sends by GET.
std::string filter_form(const TimelineFilter& filter);

// The filter that is on, a chip a condition, each a link to the view without it.
std::string filter_chips(const TimelineFilter& filter);

// Links to views with filters, from a page whose way to the front page is `root`. As they stand in an attribute.
std::string filtered_address(const std::string& root, const TimelineFilter& filter);

// Its values, for titles: `kernel, not ralph`. Not escaped; empty for none.
std::string filter_name(const TimelineFilter& filter);

// One query behind another; either may be empty.
std::string joined_queries(const std::string& first, const std::string& second);

}  // namespace fedmsgbot
