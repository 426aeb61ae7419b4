#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bot/amqp/amqp_connection.h"
#include "bot/amqp/amqp_delivery.h"
#include "bot/amqp/amqp_settings.h"

namespace fedmsgbot {

// The thread that speaks to the broker: it connects, connects again for ever with a growing wait, and keeps what was
// delivered until it is taken. What waits here or is under way is never more than the prefetch: nothing is taken from a
// new connection before the last one's deliveries were taken. Any thread may call the members.
class AmqpConsumer {
public:
    // Both are called on the consumer's thread: `arrived` when there is something to take and was not before, `linked`
    // when a connection was made or lost.
    AmqpConsumer(AmqpSettings settings, std::function<void()> arrived, std::function<void(bool is_up)> linked);
    AmqpConsumer(const AmqpConsumer&) = delete;
    AmqpConsumer& operator=(const AmqpConsumer&) = delete;
    // Sends the last acknowledgements and waits for the thread: at once, or as long as a step of a handshake with a
    // silent broker takes.
    ~AmqpConsumer();

    // At most so many, in order.
    std::vector<AmqpDelivery> take(std::size_t most);

    // The delivery and all before it; of a connection that is gone, nothing: the broker delivers them again.
    void acknowledge(std::uint64_t connection, std::uint64_t number);
    void refuse(std::uint64_t connection, std::uint64_t number);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
