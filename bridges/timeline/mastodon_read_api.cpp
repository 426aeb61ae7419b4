#include "bridges/timeline/mastodon_read_api.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/mastodon_instance.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = MastodonView::Json;

constexpr ApiDialect statuses_dialect{"limit", 20, 40, {}, false, MastodonView::first_id};
constexpr ApiDialect directory_dialect{"limit", 40, 80, "offset"};

// What there is none of here, and clients ask for all the same.
constexpr std::array<std::string_view, 11> empty_lists = {"v1/custom_emojis",
                                                          "v1/announcements",
                                                          "v1/trends",
                                                          "v1/trends/tags",
                                                          "v1/trends/statuses",
                                                          "v1/trends/links",
                                                          "v1/instance/rules",
                                                          "v1/instance/peers",
                                                          "v1/instance/activity",
                                                          "v1/instance/domain_blocks",
                                                          "v1/instance/languages"};
constexpr std::array<std::string_view, 4> empty_lists_of_accounts = {"followers", "following", "featured_tags",
                                                                     "lists"};
constexpr std::array<std::string_view, 2> empty_lists_of_statuses = {"reblogged_by", "favourited_by"};

// What belongs to a user. Each stands for all below it too.
constexpr std::array<std::string_view, 29> private_addresses = {"v1/accounts/verify_credentials",
                                                                "v1/accounts/relationships",
                                                                "v1/accounts/familiar_followers",
                                                                "v1/accounts/search",
                                                                "v1/apps/verify_credentials",
                                                                "v1/timelines/home",
                                                                "v1/timelines/list",
                                                                "v1/timelines/direct",
                                                                "v1/notifications",
                                                                "v2/notifications",
                                                                "v1/preferences",
                                                                "v1/markers",
                                                                "v1/lists",
                                                                "v1/filters",
                                                                "v2/filters",
                                                                "v1/bookmarks",
                                                                "v1/favourites",
                                                                "v1/mutes",
                                                                "v1/blocks",
                                                                "v1/domain_blocks",
                                                                "v1/follow_requests",
                                                                "v1/followed_tags",
                                                                "v1/conversations",
                                                                "v1/suggestions",
                                                                "v2/suggestions",
                                                                "v1/push",
                                                                "v1/scheduled_statuses",
                                                                "v1/endorsements",
                                                                "v1/featured_tags"};

template <class List>
bool is_in(const List& list, std::string_view path) {
    return std::find(list.begin(), list.end(), path) != list.end();
}

bool is_private(std::string_view path) {
    return std::any_of(private_addresses.begin(), private_addresses.end(), [&](std::string_view address) {
        return path == address || (path.starts_with(address) && path[address.size()] == '/');
    });
}

// As Mastodon refuses a token that it does not know. Some clients show the description.
PageAnswer needs_account() {
    return json_answer(401, {{"error", "The access token is invalid"},
                             {"error_description",
                              "This timeline is for reading: it has no accounts to log in to, and "
                              "its public timelines need no token"}});
}

PageAnswer not_found() { return json_error(404, "Record not found"); }

// As Rails reads it, and so Mastodon: all but these. Clients write `true`, `True`, `1` and `on`.
bool is_true(std::string_view value) {
    constexpr std::array<std::string_view, 7> falsehoods = {"", "0", "f", "false", "False", "off", "no"};
    return !is_in(falsehoods, value);
}

// Which lists can only be empty: nothing here comes from elsewhere, has pictures, or is pinned.
bool wants_nothing(const PageTarget& target) {
    bool wants_nothing = false;
    for (const auto& [name, value] : target.parameters)
        if (name == "remote" || name == "only_media" || name == "pinned")
            wants_nothing = wants_nothing || is_true(value);
    return wants_nothing;
}

bool says_otherwise(const TimelineFilter& filter, const FilterTerm& term) {
    const auto& fixed = filter.terms();
    return !term.is_negated && std::any_of(fixed.begin(), fixed.end(), [&term](const FilterTerm& other) {
        return other.field == term.field && other != term;
    });
}

// What is behind a prefix.
std::optional<std::string_view> below(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return {};
    return path.substr(prefix.size());
}

}  // namespace

std::optional<PageAnswer> MastodonReadApi::answer(std::string_view path, const PageTarget& target,
                                                  const PageRequest& request) {
    if (path.ends_with('/')) path.remove_suffix(1);
    if (path == "v1/instance" || path == "v2/instance") return instance(path == "v2/instance");
    if (path == "v1/timelines/public") return statuses(path, target, {});
    if (below(path, "v1/timelines/tag/")) return tagged(path, target);
    if (path == "v2/search") return search_.answer(target);
    if (path == "v1/directory") return directory(target);
    if (const auto name = below(path, "v1/tags/")) return tag(*name);
    if (const auto rest = below(path, "v1/streaming"); rest && (rest->empty() || rest->front() == '/'))
        return streams_.answer(*rest, target, request);
    if (path == "v1/instance/extended_description")
        return json_answer(200, {{"updated_at", iso_milliseconds(store_.created_at())}, {"content", ""}});
    if (is_in(empty_lists, path)) return json_answer(200, Json::array());
    if (is_private(path)) return needs_account();
    if (path == "v1/accounts/lookup") return lookup(target);
    if (const auto rest = below(path, "v1/accounts/")) return of_account(path, target);
    if (const auto rest = below(path, "v1/statuses/")) return of_status(*rest);
    return {};
}

PageAnswer MastodonReadApi::instance(bool is_newer) {
    const auto bus = accounts_.bus();
    const auto count = static_cast<std::int64_t>(accounts_.all().size());
    const MastodonInstance made{settings_, count, bus.messages, view_.account(bus)};
    auto answer = json_answer(200, is_newer ? made.version_2() : made.version_1());
    answer.cache_control = "public, max-age=60";
    return answer;
}

PageAnswer MastodonReadApi::tagged(std::string_view path, const PageTarget& target) {
    const auto filter = accounts_.tagged(path.substr(std::string_view("v1/timelines/tag/").size()));
    return filter ? statuses(path, target, *filter) : json_error(400, "That is no hashtag: it is empty or too long");
}

PageAnswer MastodonReadApi::tag(std::string_view name) {
    const auto filter = accounts_.tagged(name);
    if (!filter) return not_found();
    auto tag = view_.tag(filter->terms().front().field, filter->terms().front().value);
    tag["history"] = Json::array();
    return json_answer(200, tag);
}

PageAnswer MastodonReadApi::lookup(const PageTarget& target) {
    auto wanted = target.last("acct").value_or("");
    if (wanted.starts_with('@')) wanted.remove_prefix(1);
    const auto at = wanted.find('@');
    const bool is_ours = at == std::string_view::npos || wanted.substr(at + 1) == host_of_site(settings_);
    const auto account = is_ours ? accounts_.find(wanted.substr(0, at)) : std::nullopt;
    return account ? json_answer(200, view_.account(*account)) : not_found();
}

PageAnswer MastodonReadApi::directory(const PageTarget& target) {
    const auto [window, mistake] = ApiWindow::read(target, directory_dialect);
    if (!mistake.empty()) return json_error(400, mistake);
    auto accounts = accounts_.all();
    Json list = Json::array();
    for (std::size_t i = window.skipped; i < std::min(accounts.size(), window.skipped + window.limit); ++i)
        if (const auto account = accounts_.find(accounts[i].name)) list.push_back(view_.account(*account));
    return json_answer(200, list);
}

std::optional<PageAnswer> MastodonReadApi::of_account(std::string_view path, const PageTarget& target) {
    const auto rest = path.substr(std::string_view("v1/accounts/").size());
    const auto slash = rest.find('/');
    const auto what = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (!what.empty() && what != "statuses" && !is_in(empty_lists_of_accounts, what)) return {};
    const auto account = accounts_.find(rest.substr(0, slash));
    if (!account) return not_found();
    if (what.empty()) return json_answer(200, view_.account(*account));
    if (what != "statuses") return json_answer(200, Json::array());
    auto filter = ApiAccounts::entries_of(*account);
    if (const auto tag = target.last("tagged"); tag && !tag->empty()) {
        const auto tagged = accounts_.tagged(*tag);
        if (!tagged) return json_error(400, "The parameter tagged must be a hashtag");
        const auto& term = tagged->terms().front();
        const bool is_other = term.field == FilterField::category && !account->is_bus && term.value != account->name;
        if (is_other) return json_answer(200, Json::array());  // one service does not say what another says
        filter = filter.with(term);
    }
    return statuses(path, target, filter);
}

std::optional<PageAnswer> MastodonReadApi::of_status(std::string_view path) {
    const auto slash = path.find('/');
    const auto what = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    const bool is_empty_list = is_in(empty_lists_of_statuses, what);
    if (!what.empty() && what != "context" && !is_empty_list) return {};
    const auto id = read_digits(path.substr(0, slash));
    const auto entry = id ? store_.find(*id - MastodonView::first_id) : std::nullopt;
    if (!entry) return not_found();
    if (is_empty_list) return json_answer(200, Json::array());
    // Nobody can answer here.
    if (what == "context") return json_answer(200, {{"ancestors", Json::array()}, {"descendants", Json::array()}});
    return json_answer(200, view_.status(*entry));
}

// The timeline's own filters narrow these lists as they narrow the page. Values of one parameter are alternatives, so
// another value of what the address is about would widen its list.
PageAnswer MastodonReadApi::statuses(std::string_view path, const PageTarget& target, const TimelineFilter& filter) {
    const auto [window, mistake] = ApiWindow::read(target, statuses_dialect);
    if (!mistake.empty()) return json_error(400, mistake);
    auto [wanted, filter_mistake] = TimelineFilter::read(target);
    if (!filter_mistake.empty()) return json_error(400, filter_mistake);
    for (const auto& term : wanted.terms())
        if (says_otherwise(filter, term))
            return json_error(400, fmt::format("The parameter {} says what the address says already", term.name()));
    for (const auto& term : filter.terms())
        if (const auto too_many = wanted.add(term); !too_many.empty()) return json_error(400, too_many);
    Json list = Json::array();
    if (wants_nothing(target)) return json_answer(200, list);
    const auto found = window.find(store_, wanted, store_.search_time());
    for (const auto& entry : found.entries) list.push_back(view_.status(entry));
    auto answer = json_answer(200, list);
    answer.links = links(path, target, window.ways(found));
    return answer;
}

// Every other parameter is said again: some clients follow these addresses as they are.
std::string MastodonReadApi::links(std::string_view path, const PageTarget& target, const ApiWindow::Ways& ways) const {
    auto address = fmt::format("{}/api/{}?", settings_.public_url, percent_encoded(path));
    for (const auto& [name, value] : target.parameters)
        if (name != "max_id" && name != "since_id" && name != "min_id")
            address += percent_encoded(name) + '=' + percent_encoded(value) + '&';
    const auto link = [&address](std::string_view parameter, std::int64_t entry, std::string_view relation) {
        return fmt::format("<{}{}={}>; rel=\"{}\"", address, parameter, MastodonView::status_id(entry), relation);
    };
    // toot looks for `next` at the beginning only.
    std::string links;
    if (ways.older) links = link("max_id", *ways.older, "next");
    if (ways.newer) links += (links.empty() ? "" : ", ") + link("min_id", *ways.newer, "prev");
    return links;
}

}  // namespace fedmsgbot
