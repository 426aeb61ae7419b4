#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

#include "bot/core/message.h"
#include "bot/flow/noise_settings.h"

namespace fedmsgbot {

// How much may still be said under some limits: in any stretch of time of a limit's length no more than it allows, so
// not twice as much around a full hour either. Pure: told the time, by the clock of people, since it has to be right
// after a restart; who uses it keeps what was spent in the journal, and spends it once more, oldest first, at the next
// start. A clock that is set back makes what was spent as old as now, so nobody waits longer than a period. One thread.
class Allowance {
public:
    explicit Allowance(const std::vector<RateLimit>& limits);

    std::size_t available(SystemTime now);
    void spend(SystemTime now, std::size_t count = 1);
    // Of what was spent at that time, so much was not said. Where it does not count any more, or counts as spent later
    // since the clock was set back, nothing is there to be given back.
    void take_back(SystemTime spent_at, std::size_t count);

    // A limit that was used up opens again only when half of it is there: a line here and there, each about what was
    // kept back since the last one, would be more noise than the limit is meant to allow. The allowance is open while
    // each of its limits is.
    bool is_open(SystemTime now) { return opens_at(now) <= now; }
    SystemTime opens_at(SystemTime now);  // now, where it is open

private:
    struct Spent {
        SystemTime at;
        std::size_t count;
    };
    struct Window {
        RateLimit limit;
        std::deque<Spent> spent{};  // within the period, oldest first
        std::size_t sum = 0;
        bool is_used_up = false;  // until half of it is there

        std::size_t left() const { return limit.most - std::min(limit.most, sum); }
        std::size_t half() const { return std::max<std::size_t>(1, limit.most / 2); }
    };

    void forget(SystemTime now);

    std::vector<Window> windows_;
};

}  // namespace fedmsgbot
