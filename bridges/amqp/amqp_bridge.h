#pragma once

#include "bot/amqp/amqp_publisher.h"
#include "bridges/bridge.h"
#include "bridges/registry.h"

namespace fedmsgbot {

// Hands ready posts to other bots over a broker: one reads and renders for many, and those that deliver have a queue
// each. Delivered means that the broker confirmed it; where no queue is bound for a target, the post waits here. The
// publisher's thread speaks to the broker.
class AmqpBridge : public Bridge {
public:
    explicit AmqpBridge(AmqpPublishing publishing) : publisher_(std::move(publishing)) {}

    boost::asio::awaitable<void> run() override { co_return; }
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override;
    std::size_t batch_limit() const override { return 100; }

private:
    AmqpPublisher publisher_;
};

// The kind `amqp`: reads its table.
BridgeMaker read_amqp_bridge(Table& table);

// `libera/#fedora-fedmsg`: a target as the bot that delivers it knows it.
std::string check_amqp_target(std::string_view address);

}  // namespace fedmsgbot
