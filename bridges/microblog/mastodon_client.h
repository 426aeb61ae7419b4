#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/result.h"
#include "bridges/microblog/api_client.h"
#include "bridges/microblog/mastodon_settings.h"
#include "bridges/microblog/microblog_api.h"
#include "bridges/microblog/secret_file.h"

namespace fedmsgbot {

// Requests to one server with Mastodon's API, each within its own time-out and the caller's. One thread.
class MastodonClient {
public:
    using Deadline = MicroblogApi::Deadline;
    using Form = std::vector<std::pair<std::string, std::string>>;

    MastodonClient(boost::asio::any_io_executor executor, const MastodonSettings& settings);

    // Paths begin with a slash. The first two send the access token, and send it to this server alone; the others what
    // anybody may ask.
    boost::asio::awaitable<HttpResult> get(std::string path, Deadline until);
    boost::asio::awaitable<HttpResult> post(std::string path, Form form, std::string idempotency_key, Deadline until);
    boost::asio::awaitable<HttpResult> get_openly(std::string path, Deadline until);
    boost::asio::awaitable<HttpResult> post_openly(std::string path, Form form, Deadline until);

    // What the server allows; nothing where it does not say. A problem: it could not be asked now. With the token,
    // where there is one: some servers tell nobody else.
    boost::asio::awaitable<Result<std::optional<TextLimits>>> limits(Deadline until);

    bool has_token() { return !token_.value().empty(); }

private:
    boost::asio::awaitable<HttpResult> send(HttpRequest request, Deadline until);
    HttpRequest with_form(std::string path, const Form& form) const;
    void add_token(HttpRequest& request);

    std::string url_;
    SecretFile token_;
    ApiClient client_;
};

}  // namespace fedmsgbot
