#include "bridges/timeline/mastodon_instance.h"

#include <fmt/format.h>

#include "bot/core/version.h"
#include "bridges/timeline/html.h"

namespace fedmsgbot {

namespace {

using Json = MastodonInstance::Json;

constexpr std::int64_t most_characters = 8192;  // of a sentence

// Clients look at the number that it begins with: Mastodon.py streams from 1.1 on, and searches anew from 2.4.
std::string version_text() { return fmt::format("4.2.0 (compatible; fedmsgbot {})", version); }

// `http` becomes `ws`, `https` `wss`.
std::string socket_url(const TimelineSettings& settings) { return "ws" + settings.public_url.substr(4); }

// Mastodon.py keeps only the host of a socket's address, but follows one that equals the site's own to its path.
std::string version_1_stream(const TimelineSettings& settings) {
    return path_of_site(settings).empty() ? socket_url(settings) : settings.public_url;
}

std::string description(const TimelineSettings& settings) {
    return fmt::format("{}: what fedmsgbot reads there. It is for reading: there is nothing to log in to.",
                       settings.title);
}

// Nothing can be posted, so these are bounds of what is read.
Json configuration() {
    return {{"accounts", {{"max_featured_tags", 0}, {"max_pinned_statuses", 0}}},
            {"statuses",
             {{"max_characters", most_characters}, {"max_media_attachments", 0}, {"characters_reserved_per_url", 23}}},
            {"media_attachments",
             {{"supported_mime_types", Json::array()},
              {"image_size_limit", 0},
              {"image_matrix_limit", 0},
              {"video_size_limit", 0},
              {"video_frame_rate_limit", 0},
              {"video_matrix_limit", 0}}},
            {"polls",
             {{"max_options", 0}, {"max_characters_per_option", 0}, {"min_expiration", 0}, {"max_expiration", 0}}}};
}

}  // namespace

Json MastodonInstance::version_1() const {
    return {{"uri", host_of_site(settings)},
            {"title", settings.title},
            {"short_description", escape(description(settings))},
            {"description", escape(description(settings))},
            {"email", ""},
            {"version", version_text()},
            {"urls", {{"streaming_api", version_1_stream(settings)}}},
            {"stats", {{"user_count", accounts}, {"status_count", messages}, {"domain_count", 1}}},
            {"thumbnail", settings.public_url + "/icon.svg"},
            {"languages", Json::array({"en"})},
            {"registrations", false},
            {"approval_required", false},
            {"invites_enabled", false},
            {"configuration", configuration()},
            {"contact_account", contact},
            {"rules", Json::array()}};
}

Json MastodonInstance::version_2() const {
    Json settled = {{"urls", {{"streaming", socket_url(settings)}}}, {"vapid", {{"public_key", ""}}}};
    settled.update(configuration());
    settled["translation"] = {{"enabled", false}};
    settled["limited_federation"] = false;
    const auto icon = settings.public_url + "/icon.svg";
    return {
        {"domain", host_of_site(settings)},
        {"title", settings.title},
        {"version", version_text()},
        {"source_url", ""},
        {"description", description(settings)},
        {"usage", {{"users", {{"active_month", accounts}}}}},
        {"thumbnail", {{"url", icon}, {"blurhash", nullptr}, {"versions", Json::object()}, {"description", ""}}},
        {"icon", Json::array()},
        {"languages", Json::array({"en"})},
        {"configuration", std::move(settled)},
        {"registrations", {{"enabled", false}, {"approval_required", false}, {"message", nullptr}, {"url", nullptr}}},
        {"api_versions", {{"mastodon", 1}}},
        {"contact", {{"email", ""}, {"account", contact}}},
        {"rules", Json::array()}};
}

}  // namespace fedmsgbot
