#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/source/zmq_socket.h"

namespace fedmsgbot {

// Publishes on a bus as fedmsg's own publishers do. An XPUB socket: any subscriber of a PUB socket can connect to it,
// or be connected to where it binds, and it sees who subscribes to what. Drops nothing, but by publish_shedding: where
// a subscriber is 100,000 messages behind, publish() waits for it. One thread.
class ZmqPublisher {
public:
    enum class Side { binds, connects };

    struct Options {
        Side side = Side::binds;
        std::chrono::milliseconds linger{1000};  // at most as long is blocked at the end for what is not sent yet
        int high_water_mark = 100'000;           // messages that wait for each subscriber
    };

    // Throws std::runtime_error, with the endpoint, when it cannot be bound or is none.
    ZmqPublisher(boost::asio::any_io_executor executor, const std::string& endpoint, const Options& options);
    ZmqPublisher(boost::asio::any_io_executor executor, const std::string& endpoint)
        : ZmqPublisher(std::move(executor), endpoint, Options{}) {}

    // As it was given; where it was bound, with the port that `tcp://127.0.0.1:*` came to.
    const std::string& endpoint() const { return endpoint_; }

    // Returns once somebody subscribes to anything, or to this topic. Cancellable.
    boost::asio::awaitable<void> wait_for_subscriber();
    boost::asio::awaitable<void> wait_for_subscriber(std::string topic);

    // Whether somebody who is connected now subscribes to the topic, as far as was heard.
    bool is_heard(std::string_view topic);
    bool is_connected() const { return *links_ > 0; }  // where it connects

    // Cancellable while it waits for room; the message is then not sent.
    boost::asio::awaitable<void> publish(std::string topic, std::string bytes);

    // Waits for nobody: false where a subscriber is too far behind, who then does not get this message.
    bool publish_shedding(std::string_view topic, std::string_view bytes);

    // Tells of every prefix that is subscribed to from now on, for ever. Cancellable.
    boost::asio::awaitable<void> follow_subscriptions(std::function<void(std::string_view prefix)> tell);

    // Sends what is left, as the destructor does: false if not all of it was taken in time.
    bool close();

    void set_linger(std::chrono::milliseconds most);
    std::uint64_t published() const { return published_; }

private:
    // More prefixes than any bus has: who sends so many is not to fill our memory.
    static constexpr std::size_t max_prefixes = 10'000;

    bool take_subscriptions(const std::function<void(std::string_view)>& tell = {});

    std::shared_ptr<int> links_ = std::make_shared<int>(0);  // counted by handlers that may come after us
    std::unique_ptr<ZmqSocket> socket_;                      // null once closed
    std::string endpoint_;
    std::chrono::milliseconds linger_;
    Side side_;
    std::set<std::string, std::less<>> prefixes_;  // what is subscribed to
    bool is_crowded_ = false;                      // there were too many: everything counts as heard
    std::uint64_t published_ = 0;
};

}  // namespace fedmsgbot
