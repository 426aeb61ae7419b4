#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "bot/amqp/amqp_publication.h"
#include "bot/amqp/amqp_settings.h"

namespace fedmsgbot {

// How publishing ended: delivered only when the broker has it in a queue, on its disk.
struct AmqpAnswer {
    enum class Kind {
        confirmed,
        returned,    // no queue is bound for its routing key: nobody would ever get it
        unanswered,  // refused by the broker, or no answer in time: perhaps it is there all the same
    };
    Kind kind;
    std::string why;  // empty where confirmed
};

// Publishes to an exchange and tells of each message what became of it. A thread of its own speaks to the broker: it
// connects, connects again with a growing wait, and publishes again, in order, what was not answered before a
// connection was lost; a reader knows it by its id. Bounded: what waits is at most `most_waiting`, what is on its way
// `most_under_way`, and each is answered after `patience` at the latest, but for a step of a handshake. Any thread may
// call publish().
class AmqpPublisher {
public:
    static constexpr std::size_t most_waiting = 5000;
    static constexpr std::size_t most_under_way = 500;

    using Answered = std::function<void(AmqpAnswer)>;

    // Does not wait for the broker.
    explicit AmqpPublisher(AmqpPublishing publishing, std::chrono::milliseconds patience = std::chrono::seconds(15));
    AmqpPublisher(const AmqpPublisher&) = delete;
    AmqpPublisher& operator=(const AmqpPublisher&) = delete;
    // What has no answer by now gets none from the broker any more.
    ~AmqpPublisher();

    // `answered` is called once, on the publisher's thread; or at once, on the caller's, where there is no room.
    void publish(AmqpPublication publication, Answered answered);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
