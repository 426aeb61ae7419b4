#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "bridges/desk.h"
#include "bridges/microblog/mastodon_client.h"
#include "bridges/microblog/mastodon_settings.h"

namespace fedmsgbot {

// The desk of the kind `mastodon`: OAuth 2 with a code that the server shows, for no more than the bot needs: reading
// the account and its posts, and posting. One thread.
class MastodonDesk : public Desk {
public:
    MastodonDesk(boost::asio::any_io_executor executor, MastodonSettings settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;
    boost::asio::awaitable<Result<LoginRequest>> begin_login(Deadline until) override;
    boost::asio::awaitable<Result<StoredSecrets>> finish_login(std::string code, Deadline until) override;

private:
    boost::asio::awaitable<std::string> software(Deadline until);
    boost::asio::awaitable<void> inspect_server(OnlineReport& report, Deadline until);
    boost::asio::awaitable<void> inspect_account(OnlineReport& report, Deadline until);
    boost::asio::awaitable<void> inspect_scopes(OnlineReport& report, Deadline until);

    MastodonSettings settings_;
    MastodonClient client_;
    std::string client_id_;
    std::string client_secret_;
};

}  // namespace fedmsgbot
