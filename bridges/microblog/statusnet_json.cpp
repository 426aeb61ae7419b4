#include <charconv>

#include "bot/core/json.h"
#include "bot/core/text.h"
#include "bridges/microblog/html_text.h"
#include "bridges/microblog/server_time.h"
#include "bridges/microblog/statusnet_api.h"

namespace fedmsgbot {

namespace {

// An id or a setting is a number to some servers and a text to others.
std::string number_or_text(JsonView value) {
    if (value.is_text()) return clean_line(value.text(), 200);
    const bool is_number = value.kind() == JsonView::Kind::natural || value.kind() == JsonView::Kind::integer;
    return is_number ? value.dump() : std::string();
}

// Nothing for what is no number: null, false, absent.
std::optional<std::size_t> size(JsonView value) {
    const std::string text = number_or_text(value);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<OwnPost> read_notice(JsonView notice) {
    const std::string id = number_or_text(notice["id"]);
    if (id.empty() || id == "0") return std::nullopt;
    std::string url = clean_link(notice["external_url"].text());
    if (url.empty()) url = clean_link(notice["uri"].text());
    return OwnPost{id, is_web_link(url) ? url : std::string(), escape_html(notice["text"].text()),
                   parse_twitter_time(notice["created_at"].text())};
}

}  // namespace

std::optional<TextLimits> parse_statusnet_limits(std::string_view json, std::size_t most) {
    const auto document = JsonDocument::parse(json);
    if (!document) return std::nullopt;
    const auto root = document->root();
    auto characters = size(root["notice"]["contentlimit"]);
    if (!characters) characters = size(root["site"]["textlimit"]);
    if (!characters) return std::nullopt;
    if (*characters == 0 || *characters > most) characters = most;  // zero: no limit
    constexpr std::size_t least = 20;                               // who allows less than a sentence is not believed
    if (*characters < least) return std::nullopt;
    return TextLimits{*characters, 0, TextLimits::Unit::code_points};
}

std::string parse_screen_name(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    return document ? clean_line(document->root()["screen_name"].text(), 200) : std::string();
}

std::optional<OwnPost> parse_notice(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    return document ? read_notice(document->root()) : std::nullopt;
}

std::optional<std::vector<OwnPost>> parse_notices(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    if (!document || !document->root().is_array()) return std::nullopt;
    std::vector<OwnPost> posts;
    document->root().each_element([&](JsonView element) {
        if (auto notice = read_notice(element)) posts.push_back(std::move(*notice));
        return true;
    });
    return posts;
}

}  // namespace fedmsgbot
