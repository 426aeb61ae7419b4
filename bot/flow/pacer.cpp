#include "bot/flow/pacer.h"

#include <algorithm>

namespace fedmsgbot {

Pacer::Pacer(int burst, Duration every) : burst_(burst), every_(every) {}

Pacer::TimePoint Pacer::earliest(TimePoint now) const {
    if (every_.count() == 0) return now;
    return full_at_ - every_ * (burst_ - 1);
}

int Pacer::available(TimePoint now) const {
    if (every_.count() == 0 || full_at_ <= now) return burst_;
    const auto missing = (full_at_ - now + every_ - std::chrono::nanoseconds(1)) / every_;
    return static_cast<int>(std::max<std::int64_t>(0, burst_ - missing));
}

void Pacer::spend(TimePoint now, int count) { full_at_ = std::max(full_at_, now) + every_ * count; }

}  // namespace fedmsgbot
