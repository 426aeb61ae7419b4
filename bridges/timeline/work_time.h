#pragma once

#include <chrono>
#include <ctime>

namespace fedmsgbot {

// How long a piece of work may take before it gives others their turn and says how far it came. Time of the processor
// in this thread, not of the wall: a busy machine makes no answer shorter.
class WorkTime {
public:
    explicit WorkTime(std::chrono::microseconds most) : end_(now() + most) {}
    static WorkTime unlimited() { return WorkTime(std::chrono::hours(24 * 365)); }

    bool is_over() const { return now() >= end_; }

    static std::chrono::nanoseconds now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    }

private:
    std::chrono::nanoseconds end_;
};

}  // namespace fedmsgbot
