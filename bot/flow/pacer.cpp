#include "bot/flow/pacer.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

constexpr int most_slowness = 8;
constexpr Pacer::Duration least_slow_turn{500};
constexpr std::chrono::seconds same_burst{10};
constexpr std::chrono::minutes quiet_time{2};

}  // namespace

Pacer::Pacer(int burst, Duration every) : burst_(burst), every_(every) {}

Pacer::Duration Pacer::turn() const { return slowness_ == 1 ? every_ : std::max(every_, least_slow_turn) * slowness_; }

Pacer::TimePoint Pacer::earliest(TimePoint now) {
    recover(now);
    if (turn().count() == 0) return now;
    return full_at_ - turn() * (burst_ - 1);
}

Pacer::TimePoint Pacer::paid_at(TimePoint now) {
    recover(now);
    return turn().count() == 0 ? now : full_at_ - turn() * burst_;
}

int Pacer::available(TimePoint now) {
    recover(now);
    if (turn().count() == 0 || full_at_ <= now) return burst_;
    const auto missing = (full_at_ - now + turn() - std::chrono::nanoseconds(1)) / turn();
    return static_cast<int>(std::max<std::int64_t>(0, burst_ - missing));
}

void Pacer::spend(TimePoint now, int count) {
    recover(now);
    full_at_ = std::max(full_at_, now) + turn() * count;
}

void Pacer::slow_down(TimePoint now) {
    recover(now);
    ++complaints_;
    recovers_at_ = now + quiet_time;
    if (now < next_step_) return;
    next_step_ = now + same_burst;
    slowness_ = std::min(slowness_ * 2, most_slowness);
    full_at_ = std::max(full_at_, now + turn() * burst_);
}

int Pacer::slowness(TimePoint now) {
    recover(now);
    return slowness_;
}

void Pacer::recover(TimePoint now) {
    for (; slowness_ > 1 && now >= recovers_at_; recovers_at_ += quiet_time) {
        // What is owed is owed in turns, not in time.
        const auto before = turn();
        slowness_ /= 2;
        if (full_at_ > now) full_at_ = now + (full_at_ - now) / before.count() * turn().count();
    }
}

}  // namespace fedmsgbot
