#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bridges/irc/conversation.h"
#include "bridges/irc/ending.h"
#include "bridges/irc/line_splitter.h"
#include "bridges/irc/signal.h"
#include "bridges/irc/stream.h"

namespace fedmsgbot {

// One connection: carries a conversation over a stream until either ends. One thread.
class Session {
public:
    // `changed` is notified whenever the conversation may have changed; it and all that the conversation needs must
    // outlive this.
    Session(boost::asio::any_io_executor executor, std::unique_ptr<Stream> stream,
            std::unique_ptr<Conversation> conversation, Signal& changed, std::chrono::milliseconds good_bye);

    // Until the conversation ends. When cancelled it says good-bye first; the calling coroutine must not throw on
    // cancellation.
    boost::asio::awaitable<Ending> run();

    Conversation& conversation() { return *conversation_; }
    // There is something new to write.
    void wake() { wake_.notify(); }

private:
    boost::asio::awaitable<void> listen();
    boost::asio::awaitable<void> speak();
    boost::asio::awaitable<void> watch();
    boost::asio::awaitable<void> say_good_bye();

    boost::asio::any_io_executor executor_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Conversation> conversation_;
    Signal& changed_;
    Signal wake_;
    std::chrono::milliseconds good_bye_;
    LineSplitter splitter_;
    std::vector<char> buffer_;
    bool is_writing_ = false;
};

}  // namespace fedmsgbot
