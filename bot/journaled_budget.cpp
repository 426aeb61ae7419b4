#include "bot/journaled_budget.h"

#include <algorithm>
#include <utility>

namespace fedmsgbot {

Budget open_budget(Journal& journal, const std::string& meter, const std::vector<RateLimit>& limits, WallClock clock,
                   std::function<void()> commit) {
    std::chrono::seconds kept{0};
    for (const auto& limit : limits) kept = std::max(kept, limit.period);
    const auto spent = journal.spent(meter, clock());
    Budget budget(limits, std::move(clock),
                  [&journal, meter, kept, commit = std::move(commit)](SystemTime at, std::int64_t count) {
                      journal.spend(meter, at, count, kept);
                      if (count > 0 && commit) commit();
                  });
    for (const auto& one : spent) budget.restore(one.at, one.count);
    return budget;
}

}  // namespace fedmsgbot
