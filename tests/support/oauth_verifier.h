#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/support/http_script.h"

namespace fedmsgbot::testing {

// What a server knows: secrets by the keys they belong to.
struct OauthSecrets {
    std::map<std::string, std::string> clients;
    std::map<std::string, std::string> tokens;
};

// Verifies OAuth 1.0a signatures by an implementation that is not ours: oauthlib, in a process of its own that lives as
// long as this. It remembers nonces. Throws when it cannot be had: a test without it must fail, not pass.
class OauthVerifier {
public:
    OauthVerifier();
    ~OauthVerifier();

    // Empty: signed well. `uri` as the server calls itself, with the query.
    std::string complaint(const HttpScript::Request& request, const std::string& uri, const OauthSecrets& secrets);

private:
    struct Child;
    std::unique_ptr<Child> child_;
};

// The header's parameters, decoded: `oauth_token`, `oauth_callback` and so on.
std::map<std::string, std::string> oauth_parameters(const HttpScript::Request& request);

}  // namespace fedmsgbot::testing
