#include "bridges/timeline/mastodon_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "bridges/timeline/feed_page.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = MastodonView::Json;

std::string note(const TimelineSettings& settings, const ApiAccount& account) {
    if (account.is_bus) return fmt::format("<p>Everything that {} says.</p>", escape(settings.title));
    return fmt::format("<p>What {} says on {}.</p>", escape(account.name), escape(settings.title));
}

}  // namespace

Json MastodonView::tag(FilterField field, std::string_view name) const {
    const FilterTerm term{field, false, std::string(name)};
    return {{"name", name}, {"url", settings_.public_url + "/?" + TimelineFilter().with(term).query()}};
}

Json MastodonView::account(const ApiAccount& account) const {
    const auto page = page_of(account, settings_);
    const auto picture = picture_of(account, settings_);
    const auto banner = settings_.public_url + "/icon.svg";
    const auto last = account.last_at ? Json(iso_time(*account.last_at).substr(0, 10)) : Json();
    const auto nothing = Json::array();
    return {{"id", account.id()},
            {"username", account.name},
            {"acct", account.name},
            {"display_name", account.is_bus ? settings_.title : account.name},
            {"locked", false},
            {"bot", true},
            {"discoverable", true},
            {"indexable", true},
            {"group", false},
            {"noindex", false},
            {"created_at", iso_milliseconds(std::chrono::floor<std::chrono::days>(accounts_.since()))},
            {"note", note(settings_, account)},
            {"url", page},
            {"uri", page},
            {"avatar", picture},
            {"avatar_static", picture},
            {"header", banner},
            {"header_static", banner},
            {"followers_count", 0},
            {"following_count", 0},
            {"statuses_count", account.messages},
            {"last_status_at", last},
            {"hide_collections", true},
            {"emojis", nothing},
            {"fields", nothing},
            {"roles", nothing}};
}

// Nobody can answer, favour or pass on anything here: these counts are what they are.
Json MastodonView::status(const TimelineEntry& entry) {
    const auto& line = entry.line;
    const auto page = fmt::format("{}/m/{}", settings_.public_url, entry.id);
    const auto nothing = Json::array();
    Json tags = Json::array();
    if (ApiAccounts::is_name(line.service)) tags.push_back(tag(FilterField::category, line.service));
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_feed_tags); ++i)
        tags.push_back(tag(FilterField::package, line.packages[i]));
    return {{"id", status_id(entry.id)},
            {"created_at", iso_milliseconds(entry.accepted_at)},
            {"in_reply_to_id", nullptr},
            {"in_reply_to_account_id", nullptr},
            {"sensitive", false},
            {"spoiler_text", ""},
            {"visibility", "public"},
            {"language", "en"},
            {"uri", page},
            {"url", page},
            {"replies_count", 0},
            {"reblogs_count", 0},
            {"favourites_count", 0},
            {"quotes_count", 0},
            {"edited_at", nullptr},
            {"content", sentence_content(entry)},
            {"reblog", nullptr},
            {"application", {{"name", "fedmsgbot"}, {"website", settings_.public_url + "/"}}},
            {"account", account(accounts_.author(entry))},
            {"media_attachments", nothing},
            {"mentions", nothing},
            {"tags", std::move(tags)},
            {"emojis", nothing},
            {"card", nullptr},
            {"poll", nullptr}};
}

}  // namespace fedmsgbot
