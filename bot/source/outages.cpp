#include "bot/source/outages.h"

#include <algorithm>
#include <utility>

namespace fedmsgbot {

void Outages::link_up(std::string_view link, SystemTime now) {
    const auto known = down_since_.find(link);
    if (known == down_since_.end()) {
        down_since_.emplace(std::string(link), std::nullopt);
        return report({start_, now, "the link was not up yet", true});
    }
    const auto since = std::exchange(known->second, std::nullopt);
    if (since) report({*since, now, "the link was down"});
}

void Outages::link_down(std::string_view link, SystemTime now) {
    const auto known = down_since_.find(link);
    if (known != down_since_.end() && !known->second) known->second = now;
}

std::optional<SystemTime> Outages::down_since() const {
    std::optional<SystemTime> first;
    for (const auto& [link, since] : down_since_)
        if (since && (!first || *since < *first)) first = since;
    return first;
}

}  // namespace fedmsgbot
