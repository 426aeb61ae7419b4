#pragma once

#include <string>

#include "bridges/timeline/feed_page.h"

namespace fedmsgbot {

// The timeline as JSON Feed 1.1; the ids are Atom's. Pages are linked by next_url.
std::string json_feed(const TimelineSettings& settings, const FeedPage& page);

}  // namespace fedmsgbot
