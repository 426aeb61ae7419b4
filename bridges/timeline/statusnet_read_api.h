#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/api_window.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The reading half of StatusNet's API, Twitter's of its time, as identi.ca and GNU social have it: public_timeline and
// user_timeline as JSON and as Atom, one notice, one user, the site's configuration and version. Ids are numbers there:
// a notice's is the entry's. Its parts must outlive it; members may throw DatabaseError. One thread.
class StatusNetReadApi {
public:
    StatusNetReadApi(const TimelineSettings& settings, TimelineStore& store, ApiAccounts& accounts)
        : settings_(settings), store_(store), accounts_(accounts) {}

    // `path` is what follows /api/. Nothing where it is none of StatusNet's.
    std::optional<PageAnswer> answer(std::string_view path, const PageTarget& target);

private:
    PageAnswer timeline(std::string_view path, const PageTarget& target, const ApiAccount& account);
    PageAnswer atom(std::string_view path, const PageTarget& target, const ApiAccount& account,
                    const ApiWindow& window);
    std::optional<ApiAccount> wanted_account(std::string_view path, const PageTarget& target);
    nlohmann::ordered_json notice(const TimelineEntry& entry);
    nlohmann::ordered_json user(const ApiAccount& account) const;
    nlohmann::ordered_json config() const;

    const TimelineSettings& settings_;
    TimelineStore& store_;
    ApiAccounts& accounts_;
};

}  // namespace fedmsgbot
