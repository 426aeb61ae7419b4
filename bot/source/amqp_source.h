#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bot/core/log.h"
#include "bot/source/amqp_consumer.h"
#include "bot/source/outages.h"
#include "bot/source/source.h"

namespace fedmsgbot {

// fedora-messaging's bus: one queue of an AMQP 0-9-1 broker, for ever. A message is acknowledged when it was accepted,
// in batches, so what was not is delivered again: to us after a crash, to another consumer of the queue. What is no
// message (no topic, no JSON object, too large) is refused and never comes again, counted and logged at a limited rate.
// The loop's thread; the broker has a thread of its own behind it.
class AmqpSource : public Source {
public:
    // An empty interest wants everything. Does not wait for the broker. `outages`, told of the link where the queue
    // does not keep what comes meanwhile, must outlive it.
    AmqpSource(boost::asio::any_io_executor executor, const AmqpSettings& settings, Interest interest = {},
               Outages* outages = nullptr);
    ~AmqpSource() override;

    boost::asio::awaitable<std::vector<Message>> next() override;
    void accepted(std::size_t count) override;
    SourceCounters counters() const override { return counters_; }

private:
    // A delivery that is not acknowledged yet.
    struct Unsettled {
        std::uint64_t connection;
        std::uint64_t number;
        bool is_done;  // accepted, or wanted by nobody
    };

    void take(AmqpDelivery& delivery, std::vector<Message>& batch);
    void refuse(std::string_view why, const AmqpDelivery& delivery);
    void settle();

    Interest interest_;
    bool has_posts_;  // ready posts, not messages of the bus
    SourceCounters counters_;
    log::Limiter malformed_log_;
    std::deque<Unsettled> unsettled_;  // in the order of delivery; at most the prefetch of each connection under way
    // Never ends by itself: its cancelling wakes next(). Shared for the handlers that are on their way here.
    std::shared_ptr<boost::asio::steady_timer> bell_;
    AmqpConsumer consumer_;  // last: its thread ends first
};

}  // namespace fedmsgbot
