#include "bridges/microblog/mastodon_json.h"

#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "bot/core/time_scanner.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string text(const Json& object, const char* key) {
    const auto& value = member(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string word(const Json& object, const char* key) { return clean_line(text(object, key), 200); }

// Servers that say less than a sentence's worth, or more than makes sense, are not believed.
std::optional<std::size_t> size(const Json& object, const char* key, std::size_t least, std::size_t most) {
    const auto& value = member(object, key);
    if (!value.is_number_unsigned()) return std::nullopt;
    const auto number = value.get<std::uint64_t>();
    if (number < least || number > most) return std::nullopt;
    return static_cast<std::size_t>(number);
}

}  // namespace

std::optional<TextLimits> parse_limits(std::string_view json) {
    constexpr std::size_t least = 20;
    constexpr std::size_t most = 1'000'000;
    const auto instance = Json::parse(json, nullptr, false);
    const auto& statuses = member(member(instance, "configuration"), "statuses");
    auto characters = size(statuses, "max_characters", least, most);
    if (!characters) characters = size(instance, "max_toot_chars", least, most);
    if (!characters) return std::nullopt;
    return TextLimits{*characters, size(statuses, "characters_reserved_per_url", 1, 1000).value_or(0)};
}

std::optional<std::vector<OwnPost>> parse_statuses(std::string_view json) {
    const auto list = Json::parse(json, nullptr, false);
    if (!list.is_array()) return std::nullopt;
    std::vector<OwnPost> posts;
    for (const auto& status : list) {
        OwnPost post{word(status, "id"), clean_link(text(status, "url")), text(status, "content"),
                     parse_iso_time(text(status, "created_at"))};
        if (!post.id.empty()) posts.push_back(std::move(post));
    }
    return posts;
}

std::optional<MastodonAccount> parse_account(std::string_view json) {
    const auto account = Json::parse(json, nullptr, false);
    const auto& bot = member(account, "bot");
    MastodonAccount read{word(account, "id"), word(account, "acct"), bot.is_boolean() && bot.get<bool>()};
    if (read.name.empty()) read.name = word(account, "username");
    if (read.id.empty()) return std::nullopt;
    return read;
}

std::optional<ServerSoftware> parse_nodeinfo(std::string_view json) {
    const auto node = Json::parse(json, nullptr, false);
    const auto& software = member(node, "software");
    ServerSoftware read{in_lower_case(word(software, "name")), word(software, "version")};
    if (read.name.empty()) return std::nullopt;
    return read;
}

std::string parse_nodeinfo_path(std::string_view json, std::string_view url) {
    const auto index = Json::parse(json, nullptr, false);
    std::string newest, path;
    for (const auto& link : member(index, "links")) {
        const auto version = text(link, "rel");
        const auto place = clean_link(text(link, "href"));
        if (version < newest || !place.starts_with(std::string(url) + "/")) continue;
        newest = version;
        path = place.substr(url.size());
    }
    return path;
}

std::vector<std::string> parse_scopes(std::string_view json) {
    const auto app = Json::parse(json, nullptr, false);
    std::vector<std::string> scopes;
    for (const auto& scope : member(app, "scopes"))
        if (scope.is_string()) scopes.push_back(scope.get<std::string>());
    return scopes;
}

std::string parse_text(std::string_view json, const char* key) { return text(Json::parse(json, nullptr, false), key); }

}  // namespace fedmsgbot
