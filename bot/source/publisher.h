#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/source/zmq_socket.h"

namespace fedmsgbot {

// Publishes on a bus as fedmsg's own publishers do. An XPUB socket: any subscriber of a PUB socket can connect to it,
// and it sees who subscribes. Drops nothing: where a subscriber is 100,000 messages behind, publish() waits for it.
// The destructor sends what is left, and blocks for that at most as long as `linger`. One thread.
class Publisher {
public:
    // Throws std::runtime_error, with the endpoint, when it cannot be bound.
    Publisher(boost::asio::any_io_executor executor, const std::string& endpoint,
              std::chrono::milliseconds linger = std::chrono::seconds(1));

    // The endpoint with the port that `tcp://127.0.0.1:*` came to.
    std::string endpoint() const { return socket_.bound_endpoint(); }

    // Returns once somebody subscribes to anything. Cancellable.
    boost::asio::awaitable<void> wait_for_subscriber();

    // Cancellable while it waits for room; the message is then not sent.
    boost::asio::awaitable<void> publish(std::string topic, std::string bytes);

    void set_linger(std::chrono::milliseconds most) { socket_.set_linger(most); }
    std::uint64_t published() const { return published_; }

private:
    bool take_subscriptions();

    ZmqSocket socket_;
    std::uint64_t published_ = 0;
};

}  // namespace fedmsgbot
