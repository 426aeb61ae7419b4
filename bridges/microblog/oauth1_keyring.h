#pragma once

#include <filesystem>
#include <string>

#include "bot/core/result.h"
#include "bridges/microblog/oauth1.h"
#include "bridges/microblog/secret_file.h"

namespace fedmsgbot {

// An account's keys, which `login` may replace while the bot runs: read again when their file has changed; what is no
// whole set of keys leaves the last good one. One thread.
class OAuthKeyring {
public:
    // `file`: where `keys` were read; empty: they came from elsewhere and stay as they are.
    OAuthKeyring(OAuthKeys keys, std::filesystem::path file);

    // Valid until the next call.
    const OAuthKeys& keys();

private:
    OAuthKeys keys_;
    SecretFile file_;
    std::string seen_;
};

// What is wrong with an account whose keys are not whole.
Problem no_token_yet();

}  // namespace fedmsgbot
