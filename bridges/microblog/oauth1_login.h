#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/result.h"
#include "bridges/microblog/api_client.h"
#include "bridges/microblog/oauth1.h"

namespace fedmsgbot {

// How an account's owner lets the program in, by OAuth 1.0a without a browser of ours: request token, a page to say yes
// on, which shows a code, and the access token for that code. One at a time. One thread.
class OAuthLogin {
public:
    using Deadline = MicroblogApi::Deadline;

    // `root`: what `/oauth/request_token`, `/oauth/authorize` and `/oauth/access_token` stand behind.
    OAuthLogin(ApiClient& client, std::string root);

    // The page to open; keys are the program's.
    boost::asio::awaitable<Result<std::string>> begin(OAuthKeys keys, Deadline until);

    // All four keys. May be tried again after a problem.
    boost::asio::awaitable<Result<OAuthKeys>> finish(std::string code, Deadline until);

private:
    HttpRequest question(const std::string& path, std::pair<std::string, std::string> more) const;
    boost::asio::awaitable<Result<OAuthKeys>> ask(HttpRequest request, Deadline until);
    Result<OAuthKeys> read_keys(const std::string& url, const HttpResult& result) const;

    ApiClient& client_;
    std::string root_;
    OAuthKeys keys_;  // with the request token, once it was given
};

// The token and its secret in an answer of either kind; `keys` gives the rest. Nothing where they are not there.
std::optional<OAuthKeys> parse_token_answer(std::string_view form, OAuthKeys keys);

}  // namespace fedmsgbot
