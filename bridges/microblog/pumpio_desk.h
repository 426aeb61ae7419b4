#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "bridges/microblog/oauth1_desk.h"
#include "bridges/microblog/pumpio_api.h"

namespace fedmsgbot {

// `login` and `check --online` for the kind `pumpio`. A program must be registered with each server, which gives it its
// keys: once, so they are kept before anything else. One thread.
class PumpioDesk : public OAuthDesk {
public:
    PumpioDesk(const boost::asio::any_io_executor& executor, const PumpioSettings& settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;

private:
    boost::asio::awaitable<Result<OAuthKeys>> introduce(LoginRequest& request, Deadline until) override;

    PumpioApi api_;
    std::string url_;
    std::size_t most_characters_;
};

}  // namespace fedmsgbot
