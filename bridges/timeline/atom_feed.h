#pragma once

#include <string>
#include <string_view>

#include "bridges/timeline/feed_page.h"

namespace fedmsgbot {

// The timeline as Atom (RFC 4287). Feed readers know an entry by its id and its `updated`; both are made of what never
// changes, the message's id and the time of its arrival, so that no reader shows an entry twice.
std::string atom_feed(const TimelineSettings& settings, const FeedPage& page);
// The same at another address below the site's.
std::string atom_feed(const TimelineSettings& settings, const FeedPage& page, std::string_view file);

}  // namespace fedmsgbot
