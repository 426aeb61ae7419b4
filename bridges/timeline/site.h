#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// Which address leads to which page:
//   /  ?before=ID  ?after=ID   the list             /m/ID       an entry's own page
//   /feed.atom  ?before=ID     the feed             /raw/ID     its message, as it came
//   /style.css  /icon.svg  /robots.txt
// Knows nothing of sockets. The settings and the store must outlive it; asking it may throw DatabaseError. One thread.
class Site {
public:
    Site(const TimelineSettings& settings, TimelineStore& store) : settings_(settings), store_(store) {}

    PageAnswer answer(const PageRequest& request);

private:
    PageAnswer list(const PageTarget& target);
    PageAnswer feed(const PageTarget& target);
    PageAnswer entry(std::string_view id);
    PageAnswer raw(std::string_view id);
    // The answer for an entry that is not there: it never was, or it is no longer kept.
    PageAnswer absent(std::int64_t id);
    PageAnswer error(unsigned status, std::string_view heading, std::string_view explanation, const std::string& root);

    const TimelineSettings& settings_;
    TimelineStore& store_;
};

}  // namespace fedmsgbot
