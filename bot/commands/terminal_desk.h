#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "bot/core/result.h"
#include "bridges/desk.h"
#include "config/settings.h"

namespace fedmsgbot {

// A bridge's desk as a command in a terminal uses it: each call blocks until the other side has answered, at most a
// minute. One thread.
class TerminalDesk {
public:
    explicit TerminalDesk(const DeskMaker& maker) : desk_(maker(loop_.get_executor())) {}

    OnlineReport inspect();
    Result<LoginRequest> begin_login();
    Result<StoredSecrets> finish_login(std::string code);

private:
    template <class T>
    T wait_for(boost::asio::awaitable<T> work);

    boost::asio::io_context loop_;
    std::unique_ptr<Desk> desk_;
};

// Null for a kind that has none. Precondition: the configuration that the table is of has no mistakes.
std::unique_ptr<TerminalDesk> open_desk(Settings::NamedTable& bridge);

}  // namespace fedmsgbot
