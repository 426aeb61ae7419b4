#include <nlohmann/json.hpp>

#include "bot/core/json.h"
#include "bot/core/text.h"
#include "bot/core/time_scanner.h"
#include "bridges/microblog/html_text.h"
#include "bridges/microblog/pumpio_api.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t longest_id = 1000;

std::optional<OwnPost> read_note(JsonView activity) {
    const auto object = activity["object"];
    const auto type = object["objectType"].text();
    if (activity["verb"].text() != "post" || (type != "note" && type != "comment")) return std::nullopt;
    const std::string id = clean_line(object["id"].text(), longest_id);
    if (id.empty()) return std::nullopt;
    return OwnPost{id, clean_link(object["url"].text()), std::string(object["content"].text()),
                   parse_iso_time(activity["published"].text())};
}

}  // namespace

std::string note_activity(const Submission& submission, bool is_public) {
    using Json = nlohmann::ordered_json;
    Json object{{"objectType", "note"}, {"content", text_to_html(submission.text)}};
    if (!submission.reply_to.empty()) {
        // The server looks the parent up by both.
        const bool is_comment = submission.reply_to.find("/comment/") != std::string::npos;
        object["objectType"] = "comment";
        object["inReplyTo"] = {{"objectType", is_comment ? "comment" : "note"}, {"id", submission.reply_to}};
    }
    Json activity{{"verb", "post"}};
    if (is_public)
        activity["to"] =
            Json::array({{{"objectType", "collection"}, {"id", "http://activityschema.org/collection/public"}}});
    activity["object"] = std::move(object);
    return activity.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string parse_account(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    return document ? clean_line(document->root()["profile"]["id"].text(), longest_id) : std::string();
}

std::optional<OAuthKeys> parse_client(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    if (!document) return std::nullopt;
    OAuthKeys keys;
    keys.consumer_key = clean_line(document->root()["client_id"].text(), longest_id);
    keys.consumer_secret = std::string(document->root()["client_secret"].text());
    if (keys.consumer_key.empty() || keys.consumer_secret.empty()) return std::nullopt;
    return keys;
}

std::optional<OwnPost> parse_posted_note(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    return document ? read_note(document->root()) : std::nullopt;
}

std::optional<PumpioFeedPage> parse_feed(std::string_view json) {
    const auto document = JsonDocument::parse(json);
    if (!document || !document->root()["items"].is_array()) return std::nullopt;
    PumpioFeedPage page;
    document->root()["items"].each_element([&](JsonView activity) {
        const std::string id = clean_line(activity["id"].text(), longest_id);
        if (!id.empty()) page.last_activity = id;
        if (auto note = read_note(activity)) page.notes.push_back(std::move(*note));
        return true;
    });
    return page;
}

}  // namespace fedmsgbot
