#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "bot/core/wall_clock.h"
#include "bot/flow/allowance.h"

namespace fedmsgbot {

// An allowance that writes down what it spends: how many posts may leave by one bridge in an hour or a day, whoever
// they are for, or how many lines by one route. Written before the posts leave, so that a crash right after it can make
// the bot say less than the budget allows, never more. One thread.
class Budget {
public:
    // Writes that so many posts leave at that time, as durably as it has to be before they do; a negative number, that
    // they did not after all: that need not be durable at once.
    using Write = std::function<void(SystemTime at, std::int64_t posts)>;

    Budget(const std::vector<RateLimit>& limits, WallClock clock, Write write)
        : allowance_(limits), clock_(std::move(clock)), write_(std::move(write)) {}

    // What left before a restart, oldest first.
    void restore(SystemTime at, std::size_t posts) { allowance_.spend(at, posts); }

    std::size_t available() { return allowance_.available(clock_()); }
    bool is_open() { return allowance_.is_open(clock_()); }  // as an allowance is
    SystemTime::duration opens_in();                         // zero where it is open

    // Before the posts leave.
    SystemTime spend(std::size_t posts);
    // Of what was spent then, so many did not leave.
    void take_back(SystemTime spent_at, std::size_t posts);

private:
    Allowance allowance_;
    WallClock clock_;
    Write write_;
};

}  // namespace fedmsgbot
