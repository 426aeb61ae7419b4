#pragma once

#include <chrono>
#include <string>

#include "bot/amqp/amqp_publisher.h"
#include "bot/publish/transport.h"

namespace fedmsgbot {

// fedora-messaging's wire: the payload is the body, what a reader wants to know of it stands in the headers. A message
// is sent when the broker has it on its disk, in a queue that is bound for its topic.
class AmqpTransport : public Transport {
public:
    // `wait`: for the broker, and for its answer to each message. Does not wait for the broker yet.
    AmqpTransport(const AmqpPublishing& publishing, std::chrono::milliseconds wait);

    std::optional<Problem> send(const BusMessage& message) override;
    std::optional<Problem> close() override { return std::nullopt; }

    const std::string& endpoint() const override { return endpoint_; }

private:
    std::string endpoint_;
    AmqpPublisher publisher_;
};

}  // namespace fedmsgbot
