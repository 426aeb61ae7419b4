#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "bridges/timeline/page_request.h"

namespace fedmsgbot {

// What strangers may use up.
struct HttpLimits {
    std::size_t connections = 512;  // at once; one more is told to come back later
    std::size_t header_bytes = 16384;
    std::size_t target_bytes = 2048;
    std::chrono::milliseconds request_time{15000};  // to send a request, or to begin the next on the same connection
    std::chrono::milliseconds answer_time{60000};   // to take an answer
};

// Serves GET and HEAD over HTTP/1.1, with keep-alive, ETags, compression, and the headers that keep pages safe. It
// knows connections and their limits and nothing of pages: `answer` makes these. It is called on the server's executor;
// what it throws is logged and becomes a 500.
class HttpServer {
public:
    using Handler = std::function<PageAnswer(const PageRequest&)>;

    HttpServer(boost::asio::any_io_executor executor, HttpLimits limits, Handler answer);
    ~HttpServer();

    // Throws boost::system::system_error where it cannot.
    void listen(const boost::asio::ip::tcp::endpoint& endpoint);

    // Serves until it is cancelled; then closes all connections and returns when the last one has ended.
    // Precondition: listen().
    boost::asio::awaitable<void> run();

    std::size_t connections() const;

private:
    struct State;
    // Shared with the connections, which a loop that is torn down may outlive this with.
    std::shared_ptr<State> state_;
};

}  // namespace fedmsgbot
