#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "bot/core/wall_clock.h"
#include "bot/flow/allowance.h"

namespace fedmsgbot {

// How many posts may leave by one bridge in an hour or a day, whoever they are for. A post is counted on the disk
// before it leaves, so that a crash right after it can make the bot say less than the budget allows, never more. Owned
// by who wires the bridge; used by its outbox. One thread.
class Budget {
public:
    // Writes durably that so many posts leave at that time; a negative number, that they did not after all: that need
    // not be durable at once.
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
