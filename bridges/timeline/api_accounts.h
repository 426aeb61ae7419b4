#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// Who says an entry, for clients that know accounts only: each service is one, by its own name, and the bus is one that
// says everything.
struct ApiAccount {
    std::string name;
    bool is_bus = false;
    std::int64_t messages = 0;
    std::optional<SystemTime> last_at;  // of the newest entry that is kept

    std::string id() const;       // Mastodon's: a text, never another account's
    std::int64_t number() const;  // StatusNet's
};

// Its page, or another view of what it says: `feed.atom`. And its picture. Both are addresses.
std::string page_of(const ApiAccount& account, const TimelineSettings& settings, std::string_view file = {});
std::string picture_of(const ApiAccount& account, const TimelineSettings& settings);

// The accounts there are. A service whose name is no name for an account, or is the bus', speaks as the bus. The
// numbers are a minute old at most: they stand beside every status, and to count anew for each would cost more than the
// statuses. The store must outlive it; members may throw DatabaseError. One thread.
class ApiAccounts {
public:
    static constexpr std::string_view bus_name = "bus";
    static constexpr std::string_view bus_id = "1";

    explicit ApiAccounts(TimelineStore& store) : store_(store) {}

    ApiAccount author(const TimelineEntry& entry);
    ApiAccount bus();
    // By id or name; whatever case. Nothing for a service that was never heard of.
    std::optional<ApiAccount> find(std::string_view id_or_name);
    std::optional<ApiAccount> find_number(std::int64_t number);
    std::vector<ApiAccount> all();  // the bus, then services, those with the most messages first

    SystemTime since() const { return store_.created_at(); }  // all of them

    // What a hashtag stands for: the service of that name, or where there is none the package. Nothing for a tag that
    // is empty or too long.
    std::optional<TimelineFilter> tagged(std::string_view tag);

    // Which entries are the account's.
    static TimelineFilter entries_of(const ApiAccount& account);
    static bool is_name(std::string_view service);

private:
    ApiAccount service(const std::string& name);
    const std::map<std::string, std::int64_t>& counts();
    std::optional<SystemTime> last_of(const ApiAccount& account);

    TimelineStore& store_;
    std::chrono::steady_clock::time_point counted_at_;
    bool is_counted_ = false;
    std::map<std::string, std::int64_t> counts_;
    std::map<std::string, std::optional<SystemTime>> last_;
};

}  // namespace fedmsgbot
