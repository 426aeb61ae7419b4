#include "bot/flow/budget.h"

namespace fedmsgbot {

SystemTime::duration Budget::opens_in() {
    const auto now = clock_();
    return allowance_.opens_at(now) - now;
}

SystemTime Budget::spend(std::size_t posts) {
    const auto now = clock_();
    allowance_.spend(now, posts);
    write_(now, static_cast<std::int64_t>(posts));
    return now;
}

void Budget::take_back(SystemTime spent_at, std::size_t posts) {
    if (posts == 0) return;
    allowance_.take_back(spent_at, posts);
    write_(spent_at, -static_cast<std::int64_t>(posts));
}

}  // namespace fedmsgbot
