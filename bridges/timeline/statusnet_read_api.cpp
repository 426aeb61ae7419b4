#include "bridges/timeline/statusnet_read_api.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/version.h"
#include "bridges/timeline/atom_feed.h"
#include "bridges/timeline/feed_page.h"
#include "bridges/timeline/json_answer.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::ordered_json;

// GNU social's max_id is the first of those wanted, unlike Twitter's later one and Mastodon's.
constexpr ApiDialect dialect{"count", 20, 200, "page", true, 0, true};

constexpr std::string_view json_suffix = ".json";
constexpr std::string_view atom_suffix = ".atom";

// Without its format.
std::string_view stem(std::string_view path) { return path.substr(0, path.rfind('.')); }

// Of an address with a name or an id as its last part: `statuses/show/12.json`.
std::optional<std::string_view> last_part(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix) || !path.ends_with(json_suffix)) return {};
    return stem(path.substr(prefix.size()));
}

PageAnswer error(unsigned status, std::string_view path, const std::string& text) {
    if (path.ends_with(json_suffix))
        return json_answer(status, {{"error", text}, {"request", fmt::format("/api/{}", path)}});
    PageAnswer answer(status, "text/plain; charset=utf-8", text + "\n");
    answer.is_open = true;
    return answer;
}

}  // namespace

std::optional<PageAnswer> StatusNetReadApi::answer(std::string_view path, const PageTarget& target) {
    if (path == "statusnet/config.json" || path == "gnusocial/config.json") return json_answer(200, config());
    // Clients look at the number that it begins with.
    if (path == "statusnet/version.json" || path == "gnusocial/version.json")
        return json_answer(200, fmt::format("1.1.1 (compatible; fedmsgbot {})", version));
    if (path == "account/verify_credentials.json" || path == "statuses/friends_timeline.json" ||
        path == "statuses/home_timeline.json")
        return error(401, path, "There are no accounts to log in to here: public_timeline needs none.");
    if (const auto id = last_part(path, "statuses/show/")) {
        const auto number = read_digits(*id);
        const auto entry = number ? store_.find(*number) : std::nullopt;
        return entry ? json_answer(200, notice(*entry)) : error(404, path, "No such notice.");
    }
    const bool is_timeline = path.ends_with(json_suffix) || path.ends_with(atom_suffix);
    if (is_timeline && stem(path) == "statuses/public_timeline") return timeline(path, target, accounts_.bus());
    const bool is_user = path.starts_with("users/show") && path.ends_with(json_suffix);
    if (!is_user && !(is_timeline && path.starts_with("statuses/user_timeline"))) return {};
    const auto account = wanted_account(path, target);
    if (!account) return error(404, path, "No such user.");
    return is_user ? json_answer(200, user(*account)) : timeline(path, target, *account);
}

// By name or number, in the path or as a parameter; where neither is said, the bus.
std::optional<ApiAccount> StatusNetReadApi::wanted_account(std::string_view path, const PageTarget& target) {
    std::string_view wanted;
    for (const std::string_view name : {"id", "user_id", "screen_name"})
        if (const auto value = target.last(name); value && !value->empty()) wanted = *value;
    const auto whole = stem(path);
    if (whole != "statuses/user_timeline" && whole != "users/show") wanted = whole.substr(whole.rfind('/') + 1);
    if (wanted.empty()) return accounts_.bus();
    const auto number = read_digits(wanted);
    return number ? accounts_.find_number(*number) : accounts_.find(wanted);
}

PageAnswer StatusNetReadApi::timeline(std::string_view path, const PageTarget& target, const ApiAccount& account) {
    auto [window, mistake] = ApiWindow::read(target, dialect);
    if (!mistake.empty()) return error(400, path, mistake);
    if (path.ends_with(atom_suffix)) return atom(path, target, account, window);
    Json list = Json::array();
    // These lists lead on by page and by the ids in them, so an empty one would be the end: they take their time. They
    // ask for one thing at most, which the index finds fast.
    const auto found = window.find(store_, ApiAccounts::entries_of(account), WorkTime::unlimited());
    for (const auto& entry : found.entries) list.push_back(notice(entry));
    return json_answer(200, list);
}

// The timeline's own feed at another address: who reads both sees each entry once.
PageAnswer StatusNetReadApi::atom(std::string_view path, const PageTarget& target, const ApiAccount& account,
                                  const ApiWindow& window) {
    FeedPage page;
    page.filter = ApiAccounts::entries_of(account);
    page.place_name = "max_id";
    page.before = read_digits(target.last(page.place_name).value_or(""));
    page.feed_id = store_.feed_id();
    page.created_at = store_.created_at();
    page.entries = window.find(store_, page.filter, WorkTime::unlimited()).entries;
    if (page.entries.size() == window.limit) page.stopped_at = page.entries.back().id - 1;
    // Its other pages have no other parameters: who is meant must be in the path.
    const bool is_public = stem(path) == "statuses/public_timeline";
    const auto file = is_public ? fmt::format("api/{}", path)
                                : fmt::format("api/statuses/user_timeline/{}{}", account.name, atom_suffix);
    PageAnswer answer(200, "application/atom+xml; charset=utf-8", atom_feed(settings_, page, file));
    answer.is_open = true;
    answer.cache_control = "public, max-age=60";
    answer.modified = store_.changed_at();
    return answer;
}

Json StatusNetReadApi::notice(const TimelineEntry& entry) {
    const auto page = fmt::format("{}/m/{}", settings_.public_url, entry.id);
    return {{"text", entry.line.link.empty() ? entry.line.text : entry.line.text + " " + entry.line.link},
            {"truncated", false},
            {"created_at", ctime_with_zone(entry.accepted_at)},
            {"in_reply_to_status_id", nullptr},
            {"uri", page},
            {"source", "fedmsgbot"},
            {"id", entry.id},
            {"in_reply_to_user_id", nullptr},
            {"in_reply_to_screen_name", nullptr},
            {"geo", nullptr},
            {"user", user(accounts_.author(entry))},
            {"statusnet_html", sentence_content(entry)},
            {"statusnet_conversation_id", entry.id},
            {"external_url", page},
            {"attentions", Json::array()},
            {"favorited", false},
            {"repeated", false}};
}

Json StatusNetReadApi::user(const ApiAccount& account) const {
    const auto page = page_of(account, settings_);
    const auto picture = picture_of(account, settings_);
    return {{"id", account.number()},
            {"name", account.is_bus ? settings_.title : account.name},
            {"screen_name", account.name},
            {"location", nullptr},
            {"description", nullptr},
            {"profile_image_url", picture},
            {"profile_image_url_https", picture},
            {"url", page},
            {"protected", false},
            {"followers_count", 0},
            {"friends_count", 0},
            {"favourites_count", 0},
            {"created_at", ctime_with_zone(accounts_.since())},
            {"utc_offset", "0"},
            {"time_zone", "UTC"},
            {"statuses_count", account.messages},
            {"following", false},
            {"notifications", false},
            {"statusnet_blocking", false},
            {"statusnet_profile_url", page}};
}

// Numbers and truths are texts there.
Json StatusNetReadApi::config() const {
    const auto& url = settings_.public_url;
    const auto path = path_of_site(settings_);
    return {{"site",
             {{"name", settings_.title},
              {"server", host_of_site(settings_)},
              {"path", path.substr(path.empty() ? 0 : 1)},
              {"logo", url + "/icon.svg"},
              {"fancy", "true"},
              {"language", "en"},
              {"email", ""},
              {"broughtby", "fedmsgbot"},
              {"broughtbyurl", ""},
              {"timezone", "UTC"},
              {"closed", "true"},
              {"inviteonly", "false"},
              {"private", "false"},
              {"textlimit", "0"},
              {"ssl", url.starts_with("https") ? "always" : "never"}}},
            {"profile", {{"biolimit", "0"}}},
            {"group", {{"desclimit", "0"}}},
            {"notice", {{"contentlimit", "0"}}},
            {"throttle", {{"enabled", "false"}, {"count", "0"}, {"timespan", "0"}}},
            {"xmpp", {{"enabled", "false"}}},
            {"integration", {{"source", "fedmsgbot"}}},
            {"attachments", {{"uploads", "false"}, {"file_quota", "0"}}}};
}

}  // namespace fedmsgbot
