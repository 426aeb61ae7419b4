#pragma once

#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/mastodon_view.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// Mastodon's search, /api/v2/search: statuses by the timeline's full-text index, the account and the hashtag of that
// name, and the status whose address it is. Its parts must outlive it; members may throw DatabaseError. One thread.
class MastodonSearch {
public:
    MastodonSearch(const TimelineSettings& settings, TimelineStore& store, ApiAccounts& accounts, MastodonView& view)
        : settings_(settings), store_(store), accounts_(accounts), view_(view) {}

    PageAnswer answer(const PageTarget& target);

private:
    using Json = MastodonView::Json;
    struct Question;

    Json accounts(const Question& question);
    Json hashtags(const Question& question);
    Json statuses(const Question& question);

    const TimelineSettings& settings_;
    TimelineStore& store_;
    ApiAccounts& accounts_;
    MastodonView& view_;
};

}  // namespace fedmsgbot
