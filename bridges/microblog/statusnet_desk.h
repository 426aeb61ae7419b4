#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "bridges/microblog/oauth1_desk.h"
#include "bridges/microblog/statusnet_api.h"

namespace fedmsgbot {

// `login` and `check --online` for the kind `statusnet`. Where the credentials' file names no program of the operator's
// own, the login is that of the program `anonymous`, which such servers know. One thread.
class StatusnetDesk : public OAuthDesk {
public:
    StatusnetDesk(const boost::asio::any_io_executor& executor, const StatusnetSettings& settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;

private:
    boost::asio::awaitable<Result<OAuthKeys>> introduce(LoginRequest& request, Deadline until) override;

    StatusnetApi api_;
};

}  // namespace fedmsgbot
