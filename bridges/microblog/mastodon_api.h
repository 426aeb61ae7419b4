#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "bot/http/http_client.h"
#include "bridges/microblog/mastodon_settings.h"
#include "bridges/microblog/microblog_api.h"

namespace fedmsgbot {

// Mastodon's client API, as spoken by Mastodon, GoToSocial, Pleroma, Akkoma, snac and others. One thread.
class MastodonApi : public MicroblogApi {
public:
    MastodonApi(boost::asio::any_io_executor executor, MastodonSettings settings);

    boost::asio::awaitable<std::optional<TextLimits>> limits(Deadline until) override;
    boost::asio::awaitable<Attempt> post(Submission submission, Deadline until) override;
    boost::asio::awaitable<OwnPosts> own_posts(std::string before, Deadline until) override;

private:
    const std::string& visibility_of(const Submission& submission) const;
    boost::asio::awaitable<HttpResult> get(std::string path, Deadline until);
    boost::asio::awaitable<HttpResult> send(HttpRequest request, Deadline until);

    MastodonSettings settings_;
    HttpClient http_;
    std::string account_;  // our id on the server, once it was asked
};

// The limits in an answer of /api/v2/instance or /api/v1/instance; nothing where it holds none. A server that gives a
// length but no weight for addresses (Pleroma) counts them in full.
std::optional<TextLimits> parse_limits(std::string_view json);

// The statuses of a list; nothing where this is none. What lacks an id is left out.
std::optional<std::vector<OwnPost>> parse_statuses(std::string_view json);

}  // namespace fedmsgbot
