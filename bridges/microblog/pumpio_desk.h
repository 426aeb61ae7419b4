#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "bridges/desk.h"
#include "bridges/microblog/oauth1_login.h"
#include "bridges/microblog/pumpio_api.h"

namespace fedmsgbot {

// `login` and `check --online` for the kind `pumpio`. A program must be registered with each server, which gives it its
// keys: once, so they are kept before anything else. One thread.
class PumpioDesk : public Desk {
public:
    PumpioDesk(boost::asio::any_io_executor executor, PumpioSettings settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;
    boost::asio::awaitable<Result<LoginRequest>> begin_login(Deadline until) override;
    boost::asio::awaitable<Result<StoredSecrets>> finish_login(std::string code, Deadline until) override;

private:
    boost::asio::awaitable<Result<OAuthKeys>> enrol(Deadline until);

    PumpioSettings settings_;
    PumpioApi api_;
    ApiClient client_;
    OAuthLogin login_;
};

}  // namespace fedmsgbot
