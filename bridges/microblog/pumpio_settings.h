#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "bridges/microblog/oauth1.h"
#include "bridges/microblog/post_style.h"
#include "config/reader.h"

namespace fedmsgbot {

// [bridge.NAME] of kind "pumpio".
struct PumpioSettings {
    std::string url;                         // of the server, as it calls itself, without a slash at its end
    std::string user;                        // the account's nickname
    OAuthKeys keys;                          // secrets
    std::filesystem::path credentials_file;  // where they were read, or are to be; empty: from elsewhere
    bool is_public = true;                   // else for the account's followers alone
    PostStyle style;
    std::chrono::milliseconds timeout{20000};  // of one request
};

// Mistakes go to the table's problems.
PumpioSettings read_pumpio_settings(Table& table);

}  // namespace fedmsgbot
