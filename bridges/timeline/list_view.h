#pragma once

#include <string>

#include "bridges/timeline/list_page.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The page of the list: the search, what is on of the filter, and the rows.
std::string list_view(const TimelineSettings& settings, const ListPage& page);

}  // namespace fedmsgbot
