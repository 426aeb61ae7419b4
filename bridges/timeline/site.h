#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bot/core/topic_entry.h"
#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/datagrepper.h"
#include "bridges/timeline/event_streams.h"
#include "bridges/timeline/feed_page.h"
#include "bridges/timeline/mastodon_read_api.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/statusnet_read_api.h"
#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"
#include "bridges/timeline/well_known.h"

namespace fedmsgbot {

// Which address leads to which page:
//   /  ?before=ID  ?after=ID   the list             /m/ID       an entry's own page
//   /feed.atom  ?before=ID     the feed, and        /raw/ID     its message, as it came
//   /feed.rss, /feed.json      its other formats
// The list, the feeds and the events also take a TimelineFilter's parameters; the list and the events `grouped`, which
// folds bursts.
//   /topics  ?pattern=TEXT     what the rules know
//   /stats  ?days=N            how many messages there were, and of what; /stats.json the same
//   /events  ?since=ID         the list as it grows: server-sent events; /events.json: what came since, once
//   /raw  /v2/search  /id        datagrepper's questions
//   /api/v1/...  /api/v2/...     Mastodon's questions (mastodon_read_api.h)
//   /api/statuses/...            StatusNet's (statusnet_read_api.h)
//   /.well-known/...  /nodeinfo/2.0   what programs look up about a host (well_known.h)
//   /badge/SERVICE.svg         a service's picture
//   /style.css  /theme.js  /live.js  /icon.svg  /robots.txt
// Knows nothing of sockets. The settings and the store must outlive it; asking it may throw DatabaseError. One thread.
class Site {
public:
    // `topics` may be empty.
    Site(const TimelineSettings& settings, TimelineStore& store, TopicSource topics = {})
        : configured_(settings),
          settings_(settings),
          store_(store),
          topics_(std::move(topics)),
          events_(store),
          datagrepper_(store),
          accounts_(store),
          mastodon_(settings_, store, accounts_, events_),
          status_net_(settings_, store, accounts_),
          well_known_(settings_, accounts_) {}

    PageAnswer answer(const PageRequest& request);

private:
    PageAnswer list(const PageTarget& target);
    PageAnswer topics(const PageTarget& target);
    PageAnswer stats(const PageTarget& target, bool is_json);
    PageAnswer feed(const PageTarget& target, std::string_view type,
                    std::string (*format)(const TimelineSettings&, const FeedPage&));
    PageAnswer events(const PageRequest& request, const PageTarget& target, bool is_json);
    // For programs that know another site's questions; nothing where the path is none of theirs.
    std::optional<PageAnswer> api(std::string_view path, const PageTarget& target, const PageRequest& request);
    PageAnswer entry(std::string_view id);
    PageAnswer raw(std::string_view id);
    // The answer for an entry that is not there: it never was, or it is no longer kept.
    PageAnswer absent(std::int64_t id);
    PageAnswer error(unsigned status, std::string_view heading, std::string_view explanation, const std::string& root);

    const TimelineSettings& configured_;
    TimelineSettings settings_;  // with the address that the reader at hand calls us by
    TimelineStore& store_;
    TopicSource topics_;
    EventStreams events_;
    Datagrepper datagrepper_;
    ApiAccounts accounts_;
    MastodonReadApi mastodon_;
    StatusNetReadApi status_net_;
    WellKnown well_known_;
};

}  // namespace fedmsgbot
