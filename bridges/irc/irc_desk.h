#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "bridges/desk.h"
#include "bridges/irc/conversation.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/irc/session.h"
#include "bridges/irc/signal.h"

namespace fedmsgbot {

// The desk of the kind `irc`: goes to each of the network's servers, registers, and leaves at once, under another nick
// than the bot, which may be there, and without a word to anybody. Enters no channel. One thread.
class IrcDesk : public Desk {
public:
    IrcDesk(boost::asio::any_io_executor executor, IrcSettings settings);

    boost::asio::awaitable<OnlineReport> inspect(Deadline until) override;

private:
    struct Visit {
        std::string why;       // it did not let us in; empty: it did
        std::string security;  // `TLSv1.3`
        std::string nick;
    };
    boost::asio::awaitable<Visit> visit(IrcSettings settings, Deadline until);
    boost::asio::awaitable<void> carry(Session& session);
    boost::asio::awaitable<void> await_registration(Conversation& conversation, Signal& changed, Deadline until);

    boost::asio::any_io_executor executor_;
    IrcSettings settings_;
};

}  // namespace fedmsgbot
