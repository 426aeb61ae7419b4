#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// One page of the feed, as RFC 5005 (3) pages feeds.
struct FeedPage {
    TimelineStore::Entries entries;  // the newest first
    TimelineFilter filter;
    std::optional<std::int64_t> before;  // what was asked for; nothing: the newest
    bool has_older = false;
    std::string feed_id;
    SystemTime created_at;  // dates a feed without entries
};

// The timeline as Atom (RFC 4287). Feed readers know an entry by its id and its `updated`; both are made of what never
// changes, the message's id and the time of its arrival, so that no reader shows an entry twice.
std::string atom_feed(const TimelineSettings& settings, const FeedPage& page);

}  // namespace fedmsgbot
