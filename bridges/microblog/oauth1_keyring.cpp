#include "bridges/microblog/oauth1_keyring.h"

#include <utility>

namespace fedmsgbot {

OAuthKeyring::OAuthKeyring(OAuthKeys keys, std::filesystem::path file)
    : keys_(std::move(keys)), file_({}, std::move(file)) {}

const OAuthKeys& OAuthKeyring::keys() {
    const std::string& text = file_.value();
    if (text == seen_) return keys_;
    seen_ = text;
    auto fresh = parse_oauth_keys(text);
    if (fresh && is_whole(*fresh)) keys_ = std::move(*fresh);
    return keys_;
}

Problem no_token_yet() { return {{}, "there is no access token yet: `fedmsgbot login` gets one"}; }

}  // namespace fedmsgbot
