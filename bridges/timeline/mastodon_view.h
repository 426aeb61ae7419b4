#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// The timeline in Mastodon's words: entries as statuses, services as accounts, services and packages as hashtags, with
// every field that its documentation promises. All text from the bus is escaped where the field is HTML. The settings
// and the accounts must outlive it; members may throw DatabaseError. One thread.
class MastodonView {
public:
    using Json = nlohmann::ordered_json;

    // An entry's number is added to it. Clients compare ids as numbers, as texts, or by length and then as text: with
    // so many digits from the first on all three give the order of arrival, and JavaScript's numbers still hold them.
    static constexpr std::int64_t first_id = 1'000'000'000'000'000;

    MastodonView(const TimelineSettings& settings, ApiAccounts& accounts) : settings_(settings), accounts_(accounts) {}

    const TimelineSettings& settings() const { return settings_; }
    Json status(const TimelineEntry& entry);
    Json account(const ApiAccount& account) const;
    Json tag(FilterField field, std::string_view name) const;

    static std::string status_id(std::int64_t entry) { return std::to_string(first_id + entry); }

private:
    const TimelineSettings& settings_;
    ApiAccounts& accounts_;
};

}  // namespace fedmsgbot
