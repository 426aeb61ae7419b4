#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "bridges/desk.h"
#include "bridges/microblog/oauth1_login.h"
#include "bridges/microblog/statusnet_api.h"

namespace fedmsgbot {

// `login` and `check --online` for the kind `statusnet`. Where the credentials' file names no program of the operator's
// own, the login is that of the program `anonymous`, which such servers know. One thread.
class StatusnetDesk : public Desk {
public:
    StatusnetDesk(boost::asio::any_io_executor executor, StatusnetSettings settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;
    boost::asio::awaitable<Result<LoginRequest>> begin_login(Deadline until) override;
    boost::asio::awaitable<Result<StoredSecrets>> finish_login(std::string code, Deadline until) override;

private:
    StatusnetSettings settings_;
    StatusnetApi api_;
    ApiClient client_;
    OAuthLogin login_;
};

}  // namespace fedmsgbot
