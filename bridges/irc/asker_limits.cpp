#include "bridges/irc/asker_limits.h"

#include <algorithm>

namespace fedmsgbot {

bool AskerLimits::allows(std::string_view source, int per_minute, TimePoint now) {
    const auto who = source.substr(std::min(source.find('!'), source.size()));
    auto found = askers_.find(who);
    if (found == askers_.end()) {
        if (askers_.size() >= most_askers)
            askers_.erase(std::min_element(askers_.begin(), askers_.end(), [](const auto& a, const auto& b) {
                return a.second.began < b.second.began;
            }));
        found = askers_.emplace(who, Minute{now, 0}).first;
    }
    auto& minute = found->second;
    if (now - minute.began >= std::chrono::minutes(1)) minute = {now, 0};
    if (minute.questions >= per_minute) return false;
    ++minute.questions;
    return true;
}

}  // namespace fedmsgbot
