#include "bot/amqp/amqp_settings.h"

#include <algorithm>

namespace fedmsgbot {

std::chrono::milliseconds reconnect_wait(const AmqpBroker& broker, unsigned failures) {
    auto wait = broker.reconnect;
    for (unsigned n = 1; n < failures && wait < broker.reconnect_max; ++n) wait *= 2;
    return std::min(wait, broker.reconnect_max);
}

}  // namespace fedmsgbot
