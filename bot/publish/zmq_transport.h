#pragma once

#include <chrono>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "bot/publish/transport.h"
#include "bot/source/zmq_publisher.h"

namespace fedmsgbot {

// fedmsg's wire. A message is taken only while somebody who is connected subscribes to its topic, so a slow joiner
// misses nothing and nobody is told of success where nobody listens. PUB and SUB have no acknowledgement: what was
// taken has gone to the peer's connection, not more.
class ZmqTransport : public Transport {
public:
    // `wait`: for a subscriber, for room, and at the end. Throws std::runtime_error, with the endpoint, when it cannot
    // be had.
    ZmqTransport(const std::string& endpoint, ZmqPublisher::Side side, std::chrono::milliseconds wait);

    std::optional<Problem> send(const BusMessage& message) override;
    std::optional<Problem> close() override;

    const std::string& endpoint() const override { return publisher_.endpoint(); }

private:
    boost::asio::awaitable<void> send_when_heard(BusMessage message);
    bool run_for(std::chrono::milliseconds most, boost::asio::awaitable<void> work);
    std::string why_unheard(const std::string& topic) const;

    std::chrono::milliseconds wait_;
    ZmqPublisher::Side side_;
    boost::asio::io_context context_{1};
    ZmqPublisher publisher_;
};

}  // namespace fedmsgbot
