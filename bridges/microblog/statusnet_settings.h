#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "bridges/microblog/oauth1.h"
#include "bridges/microblog/post_style.h"
#include "config/reader.h"

namespace fedmsgbot {

// [bridge.NAME] of kind "statusnet".
struct StatusnetSettings {
    std::string url;                         // of the API's root, without a slash at its end
    std::string user;                        // with the password: HTTP Basic; empty: by the keys
    std::string password;                    // a secret
    std::filesystem::path password_file;     // likewise
    OAuthKeys keys;                          // secrets
    std::filesystem::path credentials_file;  // where they were read, or are to be; empty: from elsewhere
    std::string source;                      // the client's name that notices show
    PostStyle style;
    std::chrono::milliseconds timeout{20000};  // of one request
};

// Mistakes go to the table's problems.
StatusnetSettings read_statusnet_settings(Table& table);

}  // namespace fedmsgbot
