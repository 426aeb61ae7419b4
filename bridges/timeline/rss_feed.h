#pragma once

#include <string>

#include "bridges/timeline/feed_page.h"

namespace fedmsgbot {

// The timeline as RSS 2.0, for readers that know nothing newer; the guids are Atom's ids. Pages are linked as in Atom.
std::string rss_feed(const TimelineSettings& settings, const FeedPage& page);

}  // namespace fedmsgbot
