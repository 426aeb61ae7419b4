#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "tests/support/publisher.h"

namespace fedmsgbot::testing {

// A bus on which messages come all the time, 50 a second: `Number 0`, `Number 1`, ... They are sent by a thread of its
// own, once it has a subscriber.
class SteadyBus {
public:
    SteadyBus() = default;
    ~SteadyBus() { stop(); }
    SteadyBus(const SteadyBus&) = delete;
    SteadyBus& operator=(const SteadyBus&) = delete;

    const std::string& endpoint() const { return bus_.endpoint(); }

    // False when nobody subscribed in time.
    bool start();
    // No more come. How many were sent.
    int stop();

private:
    BusPublisher bus_;
    std::atomic<bool> must_end_ = false;
    std::atomic<int> sent_ = 0;
    std::thread thread_;
};

}  // namespace fedmsgbot::testing
