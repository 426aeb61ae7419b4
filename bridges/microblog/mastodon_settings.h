#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "bridges/microblog/post_style.h"
#include "config/reader.h"

namespace fedmsgbot {

// [bridge.NAME] of kind "mastodon".
struct MastodonSettings {
    std::string url;                   // of the server, without a slash at its end
    std::string token;                 // an access token; a secret
    std::filesystem::path token_file;  // where it was read, or is to be; empty: it comes from the environment
    std::string visibility;
    std::string language;  // empty: the server's choice
    PostStyle style;
    std::chrono::milliseconds timeout{20000};  // of one request
};

// Mistakes go to the table's problems.
MastodonSettings read_mastodon_settings(Table& table);

}  // namespace fedmsgbot
