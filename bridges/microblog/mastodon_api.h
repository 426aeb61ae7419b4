#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "bridges/microblog/mastodon_client.h"
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
    MastodonSettings settings_;
    MastodonClient client_;
    std::string account_;  // our id on the server, once it was asked
};

}  // namespace fedmsgbot
