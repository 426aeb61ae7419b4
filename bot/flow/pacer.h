#pragma once

#include <chrono>
#include <cstdint>

namespace fedmsgbot {

// Decides when the next post may leave. Pure: the caller passes the time, so tests need no clock.
// Bursts are allowed because networks tolerate a few lines and then punish a steady stream.
// When the network complains, the pace is slowed down for a while and recovers by itself.
// Shared by a bridge's outbox, which waits for it, and the bridge, which spends from it for its own commands. One
// thread.
class Pacer {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::milliseconds;

    // `burst` posts at once, then one each `every`. A zero `every` never makes anybody wait.
    Pacer(int burst, Duration every);

    TimePoint earliest(TimePoint now);         // when one may leave; in the past or now: "go"
    int available(TimePoint now);              // how many may leave now; at least 0, at most the burst
    TimePoint paid_at(TimePoint now);          // when nothing more than the burst is owed; in the past or now: "go"
    void spend(TimePoint now, int count = 1);  // may go below zero: the debt is waited for

    // There was a complaint: the burst is gone, and each turn takes twice as long, at most eight times. A pace without
    // waiting begins to wait. Complaints that follow within seconds are about the same burst. After two minutes without
    // any, half of it is forgiven, and so on.
    void slow_down(TimePoint now);
    int slowness(TimePoint now);  // 1, 2, 4 or 8
    std::uint64_t complaints() const { return complaints_; }

private:
    void recover(TimePoint now);
    Duration turn() const;

    TimePoint full_at_{};  // when the whole burst is there again
    int burst_;
    Duration every_;
    int slowness_ = 1;
    TimePoint next_step_{};  // a complaint before it is about the burst of the last one
    TimePoint recovers_at_{};
    std::uint64_t complaints_ = 0;
};

}  // namespace fedmsgbot
