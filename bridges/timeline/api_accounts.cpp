#include "bridges/timeline/api_accounts.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/name_hash.h"

namespace fedmsgbot {

namespace {

constexpr auto numbers_last = std::chrono::minutes(1);
constexpr std::int64_t most_services = TimelineTallies::most_names;
constexpr std::size_t most_name = 64;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string ApiAccount::id() const { return is_bus ? std::string(ApiAccounts::bus_id) : name; }

// Services have no numbers, so theirs is made of the name, cut to what every client's integer holds.
std::int64_t ApiAccount::number() const {
    return is_bus ? 1 : std::max<std::int64_t>(name_hash(name) & 0x7fffffffU, 2);
}

std::string page_of(const ApiAccount& account, const TimelineSettings& settings, std::string_view file) {
    const auto query = ApiAccounts::entries_of(account).query();
    return fmt::format("{}/{}{}{}", settings.public_url, file, query.empty() ? "" : "?", query);
}

std::string picture_of(const ApiAccount& account, const TimelineSettings& settings) {
    return settings.public_url + (account.is_bus ? "/icon.svg" : "/badge/" + account.name + ".svg");
}

bool ApiAccounts::is_name(std::string_view service) {
    // One of digits only would be taken for a number.
    const bool is_number = service.find_first_not_of("0123456789") == std::string_view::npos;
    return !service.empty() && service.size() <= most_name && !is_number && is_letter_or_digit(service.front()) &&
           std::all_of(service.begin(), service.end(),
                       [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; }) &&
           in_lower_case(service) != bus_name;
}

TimelineFilter ApiAccounts::entries_of(const ApiAccount& account) {
    if (account.is_bus) return {};
    return TimelineFilter().with({FilterField::category, false, account.name});
}

std::optional<TimelineFilter> ApiAccounts::tagged(std::string_view tag) {
    if (tag.starts_with('#')) tag.remove_prefix(1);
    const auto name = clean_line(tag, TimelineFilter::most_value + 1);
    if (name.empty() || name.size() > TimelineFilter::most_value) return {};
    const auto account = find(name);
    const auto field = account && !account->is_bus ? FilterField::category : FilterField::package;
    return TimelineFilter().with({field, false, name});
}

ApiAccount ApiAccounts::author(const TimelineEntry& entry) {
    return is_name(entry.line.service) ? service(in_lower_case(entry.line.service)) : bus();
}

ApiAccount ApiAccounts::bus() {
    ApiAccount account{std::string(bus_name), true, 0, {}};
    const auto span = store_.span();
    account.messages = span.last == 0 ? 0 : span.last - span.first + 1;
    account.last_at = last_of(account);
    return account;
}

ApiAccount ApiAccounts::service(const std::string& name) {
    ApiAccount account{name, false, 0, {}};
    const auto& known = counts();
    const auto found = known.find(name);
    if (found != known.end()) account.messages = found->second;
    account.last_at = last_of(account);
    if (account.last_at) account.messages = std::max<std::int64_t>(account.messages, 1);
    return account;
}

std::optional<ApiAccount> ApiAccounts::find(std::string_view id_or_name) {
    const auto name = in_lower_case(id_or_name.substr(0, most_name + 1));
    if (name == bus_id || name == bus_name) return bus();
    if (!is_name(name)) return {};
    auto account = service(name);
    // One of which nothing is kept is still one.
    if (account.messages == 0) return {};
    return account;
}

std::optional<ApiAccount> ApiAccounts::find_number(std::int64_t number) {
    for (auto& account : all())
        if (account.number() == number) return account;
    return {};
}

std::vector<ApiAccount> ApiAccounts::all() {
    std::vector<ApiAccount> accounts;
    for (const auto& [name, messages] : counts()) accounts.push_back({name, false, messages, {}});
    std::stable_sort(accounts.begin(), accounts.end(),
                     [](const ApiAccount& a, const ApiAccount& b) { return a.messages > b.messages; });
    accounts.insert(accounts.begin(), bus());
    return accounts;
}

const std::map<std::string, std::int64_t>& ApiAccounts::counts() {
    const auto now = std::chrono::steady_clock::now();
    if (is_counted_ && now - counted_at_ < numbers_last) return counts_;
    counts_.clear();
    last_.clear();
    const auto today = TimelineTallies::day_of(std::chrono::system_clock::now());
    const auto oldest = store_.find(store_.span().first);
    const auto first = oldest ? TimelineTallies::day_of(oldest->accepted_at) : today;
    for (const auto& tally : store_.tallies().sums(TallyKind::service, first, today, most_services))
        if (is_name(tally.name)) counts_[in_lower_case(tally.name)] += tally.messages;
    counted_at_ = now;
    is_counted_ = true;
    return counts_;
}

std::optional<SystemTime> ApiAccounts::last_of(const ApiAccount& account) {
    counts();  // forgets what is too old
    const auto known = last_.find(account.name);
    if (known != last_.end()) return known->second;
    const auto newest = store_.older_than(std::numeric_limits<std::int64_t>::max(), 1, entries_of(account));
    const auto at = newest.empty() ? std::nullopt : std::optional(newest.front().accepted_at);
    // Strangers may ask for any number of names.
    if (static_cast<std::int64_t>(last_.size()) < most_services && at) last_[account.name] = at;
    return at;
}

}  // namespace fedmsgbot
