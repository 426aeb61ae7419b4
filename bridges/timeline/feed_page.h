#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// One page of a feed, as RFC 5005 (3) pages feeds; the same for every format.
struct FeedPage {
    TimelineStore::Entries entries;  // the newest first
    TimelineFilter filter;
    std::optional<std::int64_t> before;  // what was asked for; nothing: the newest
    bool has_older = false;
    std::optional<std::int64_t> stopped_at;  // where a search that took too long goes on
    std::string feed_id;                     // of the whole timeline
    SystemTime created_at;                   // dates a feed without entries
    std::string_view place_name = "before";  // of the parameter that pages

    // Of this view: as permanent as the timeline's, and another one for another filter.
    std::string id() const;
    SystemTime updated() const;
    std::string title(const TimelineSettings& settings) const;

    // Absolute addresses, not escaped. `file` is the format's name: feed.atom.
    std::string page_address(const TimelineSettings& settings) const;
    std::string self(const TimelineSettings& settings, std::string_view file) const;
    std::string first(const TimelineSettings& settings, std::string_view file) const;
    std::string next(const TimelineSettings& settings, std::string_view file) const;  // empty: the last page
};

// The sentence and its link: HTML.
std::string sentence_content(const TimelineEntry& entry);

// What a feed shows of an entry: the same, and the long form.
std::string feed_content(const TimelineEntry& entry);

// A link with what no address may hold (RFC 3987) percent-encoded: readers that check them refuse a whole feed for one.
std::string feed_link(std::string_view link);

inline constexpr std::size_t most_feed_title = 600;
inline constexpr std::size_t most_feed_tags = 20;

}  // namespace fedmsgbot
