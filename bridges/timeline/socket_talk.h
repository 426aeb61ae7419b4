#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "bridges/timeline/http_reply.h"
#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

// A reader that stays over a WebSocket (RFC 6455): gets a frame for each line of the events, and is listened to. What
// it says is bounded, what waits for it is not here but where the events come from, and who takes no frame in time, or
// answers no ping, is dropped. All that is referred to must outlive it; run() ends when either side has gone. One
// thread.
class SocketTalk {
public:
    using Stream = boost::beast::tcp_stream;
    struct Limits {
        std::chrono::milliseconds frame_time;  // to take a frame
        std::chrono::milliseconds heartbeat;   // a silent reader is pinged so often, and dropped after twice that
    };
    enum class End { gone, too_slow };

    // `waiting` holds the timers that whoever has news cancels.
    SocketTalk(Stream& stream, Limits limits, EventSource events, Listener listener,
               std::set<boost::asio::steady_timer*>& waiting);

    // Precondition: the request asks for a WebSocket.
    boost::asio::awaitable<End> run(const BeastRequest& request);

private:
    static constexpr std::size_t most_heard = 4096;  // bytes of a frame

    boost::asio::awaitable<bool> accept(const BeastRequest& request);
    boost::asio::awaitable<void> listen();
    boost::asio::awaitable<End> speak();
    boost::asio::awaitable<std::optional<End>> say(std::string_view line);
    boost::asio::awaitable<bool> wait();  // false: for nothing more

    boost::beast::websocket::stream<Stream&> socket_;
    Limits limits_;
    EventSource events_;
    Listener listener_;
    std::set<boost::asio::steady_timer*>& waiting_;
    boost::asio::steady_timer pause_;
};

}  // namespace fedmsgbot
