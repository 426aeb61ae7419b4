#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/api_window.h"
#include "bridges/timeline/mastodon_search.h"
#include "bridges/timeline/mastodon_streams.h"
#include "bridges/timeline/mastodon_view.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// What Mastodon's clients ask of a server before and while they read a public timeline: /api/v1/... and /api/v2/...,
// each address with a slash at its end as well. It only ever gives. What belongs to a user is refused as Mastodon does
// it for who is not logged in, and a token is neither needed nor looked at: there is nothing that it could open. Its
// parts must outlive it; members may throw DatabaseError. One thread.
class MastodonReadApi {
public:
    MastodonReadApi(const TimelineSettings& settings, TimelineStore& store, ApiAccounts& accounts,
                    EventStreams& streams)
        : settings_(settings),
          store_(store),
          accounts_(accounts),
          view_(settings, accounts),
          search_(settings, store, accounts, view_),
          streams_(streams, accounts, view_) {}

    // `path` is what follows /api/.
    std::optional<PageAnswer> answer(std::string_view path, const PageTarget& target, const PageRequest& request);

private:
    using Json = MastodonView::Json;

    std::optional<PageAnswer> of_account(std::string_view path, const PageTarget& target);
    std::optional<PageAnswer> of_status(std::string_view path);
    PageAnswer instance(bool is_newer);
    PageAnswer tagged(std::string_view path, const PageTarget& target);
    PageAnswer tag(std::string_view name);
    PageAnswer lookup(const PageTarget& target);
    PageAnswer directory(const PageTarget& target);
    // A list that a client pages through, of those that the filter lets through and the address' own one too.
    PageAnswer statuses(std::string_view path, const PageTarget& target, const TimelineFilter& filter);
    std::string links(std::string_view path, const PageTarget& target, const ApiWindow::Ways& ways) const;

    const TimelineSettings& settings_;
    TimelineStore& store_;
    ApiAccounts& accounts_;
    MastodonView view_;
    MastodonSearch search_;
    MastodonStreams streams_;
};

}  // namespace fedmsgbot
