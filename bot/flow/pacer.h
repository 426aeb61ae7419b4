#pragma once

#include <chrono>
#include <cstdint>

namespace fedmsgbot {

// Decides when the next post may leave. Pure: the caller passes the time, so tests need no clock.
// Bursts are allowed because networks tolerate a few lines and then punish a steady stream.
// Shared by a bridge's outbox, which waits for it, and the bridge, which spends from it for its own commands. One
// thread.
class Pacer {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::milliseconds;

    // `burst` posts at once, then one each `every`. A zero `every` never makes anybody wait.
    Pacer(int burst, Duration every);

    TimePoint earliest(TimePoint now) const;   // when one may leave; in the past or now: "go"
    int available(TimePoint now) const;        // how many may leave now; at least 0, at most the burst
    void spend(TimePoint now, int count = 1);  // may go below zero: the debt is waited for

private:
    TimePoint full_at_{};  // when the whole burst is there again
    int burst_;
    Duration every_;
};

}  // namespace fedmsgbot
