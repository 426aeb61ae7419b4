#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/http/http_client.h"

namespace fedmsgbot {

// The two pairs of credentials of OAuth 1.0a: the program's, and the one an account's owner gave the program. All four
// are secrets to us.
struct OAuthKeys {
    std::string consumer_key;
    std::string consumer_secret;
    std::string token;  // empty: not given yet, a request is signed for the program alone
    std::string token_secret;
};

// Whether an account can be used with them: what lacks the token is from before a login.
bool is_whole(const OAuthKeys& keys);

// What makes each signature another, so that nobody can repeat a request that he overheard.
struct OAuthMoment {
    std::string nonce;
    std::int64_t timestamp;  // seconds since 1970
};

using OAuthFields = std::vector<std::pair<std::string, std::string>>;  // decoded

// RFC 5849, with HMAC-SHA1: what the servers of identi.ca's time know. PLAINTEXT is left out on purpose: it sends the
// secrets along. All pure.

// The fields of a query, or of an answer in that form.
OAuthFields parse_oauth_fields(std::string_view text);

// What is signed (section 3.4.1). `parameters` are those of the header, without realm and signature, and those of a
// form; those of the address' query are taken from it.
std::string oauth_base_string(std::string_view method, std::string_view url, OAuthFields parameters);

std::string oauth_signature(std::string_view base_string, const OAuthKeys& keys);

// The value of a request's `Authorization`. `form` is a body of application/x-www-form-urlencoded; any other body is
// not signed. `more` are further parameters of the header, like oauth_callback.
std::string oauth_authorization(std::string_view method, std::string_view url, const OAuthFields& form,
                                const OAuthKeys& keys, const OAuthMoment& moment, const OAuthFields& more = {});

// Now, with a nonce that was never used.
OAuthMoment oauth_moment();

// The keys as `login` keeps them: a JSON object with the members of OAuthKeys, all texts. What is not there is empty:
// before a login there is no token. Nothing for what is no such object.
std::optional<OAuthKeys> parse_oauth_keys(std::string_view json);
std::string oauth_keys_text(const OAuthKeys& keys);

}  // namespace fedmsgbot
