#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bot/amqp/amqp_delivery.h"
#include "bot/amqp/amqp_publication.h"
#include "bot/amqp/amqp_settings.h"

namespace fedmsgbot {

// One connection to a broker that consumes one queue, or publishes to one exchange, from the handshake to the end; it
// is never mended, a new one is made. Blocking, so a thread of its own has it; a broker that does not answer is given
// up after `patience`. Throws std::runtime_error with the broker's own words for whatever ends it: a login that is
// refused, a queue that was deleted, a broker that is gone. No error names a password.
class AmqpConnection {
public:
    static constexpr std::chrono::seconds patience{5};  // for each step of the handshake

    // Connects, logs in, declares the queue, binds it and consumes. `number` marks the deliveries.
    AmqpConnection(const AmqpSettings& settings, std::uint64_t number);
    // Connects, logs in, declares the exchange where a kind is said, and asks for confirmations.
    explicit AmqpConnection(const AmqpPublishing& publishing);
    AmqpConnection(const AmqpConnection&) = delete;
    AmqpConnection& operator=(const AmqpConnection&) = delete;
    ~AmqpConnection();

    const std::string& queue() const;  // its name, also where the broker chose it

    // What has arrived whole; nothing where more has to come first. Sends the heartbeats too: call it at least once a
    // second.
    std::optional<AmqpDelivery> receive();

    // Returns when there may be something to receive, `wake` (a descriptor) is readable, or `most` has passed.
    void wait(int wake, std::chrono::milliseconds most);

    void acknowledge(std::uint64_t last);  // this delivery and all before it
    void refuse(std::uint64_t number);     // never again: dead-lettered where the queue says so, else dropped

    // To the exchange: the first has the number 1. Where no queue gets it, it is returned. May wait for a broker that
    // is short of memory, as long as the heartbeat bears.
    void publish(const AmqpPublication& publication);

    // What the broker said of it so far; nothing where more has to come first. Else as receive().
    std::optional<AmqpConfirm> receive_confirm();

    // Says good-bye and waits for the answer: then the broker has every acknowledgement. Without it, it delivers again
    // what it did not get to.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
