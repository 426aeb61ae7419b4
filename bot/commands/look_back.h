#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/message.h"

namespace fedmsgbot {

// Which past `fedmsgbot tail` shows before what comes.
struct LookBack {
    std::string archive;  // a datagrepper's address
    std::chrono::milliseconds since{0};
};

// Gives what the archive has of that time, oldest first, one request after the other, until `show` says false. Fetched
// again a few times where the archive fails, as late as it asks; then throws std::runtime_error with the archive and
// its reason.
boost::asio::awaitable<void> look_back(boost::asio::any_io_executor executor, LookBack what,
                                       std::function<bool(const Message&)> show);

}  // namespace fedmsgbot
