#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "bridges/timeline/client_limits.h"
#include "bridges/timeline/forwarded.h"
#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

// What strangers may use up.
struct HttpLimits {
    std::size_t connections = 1280;  // at once; one more is told to come back later
    std::size_t streams = 1024;      // of them, those that listen to events
    std::size_t header_bytes = 16384;
    std::size_t target_bytes = 2048;
    // Of one reader whose address is known: not of loopback, where a proxy may stand for all of them.
    ClientLimits::Most per_client;
    std::chrono::milliseconds request_time{15000};  // to send a request, or to begin the next on the same connection
    std::chrono::milliseconds answer_time{60000};   // to take an answer
    std::chrono::milliseconds event_time{10000};    // to take an event; who is slower is dropped, and may come back
    std::chrono::milliseconds heartbeat{15000};     // at least so often something is sent, so that proxies do not close
};

// Serves GET and HEAD over HTTP/1.1, with keep-alive, ETags, compression, and the headers that keep pages safe. It
// knows connections and their limits and nothing of pages: `answer` makes these. It is called on the server's executor;
// what it throws is logged and becomes a 500.
class HttpServer {
public:
    using Handler = std::function<PageAnswer(const PageRequest&)>;

    // What trusted proxies say of a reader and of our address is believed: for limits, the log and links.
    HttpServer(boost::asio::any_io_executor executor, HttpLimits limits, Handler answer, TrustedProxies trusted = {});
    ~HttpServer();

    // Throws boost::system::system_error where it cannot.
    void listen(const boost::asio::ip::tcp::endpoint& endpoint);

    // Serves until it is cancelled; then closes all connections and returns when the last one has ended.
    // Precondition: listen().
    boost::asio::awaitable<void> run();

    // Those that listen to events ask for what is new.
    void announce();

    std::size_t connections() const;

private:
    struct State;
    struct Stay;
    // Shared with the connections, which a loop that is torn down may outlive this with.
    std::shared_ptr<State> state_;
};

}  // namespace fedmsgbot
