#include "bot/flow/allowance.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace fedmsgbot {

Allowance::Allowance(const std::vector<RateLimit>& limits) {
    for (const auto& limit : limits) windows_.push_back({limit});
}

void Allowance::forget(SystemTime now) {
    for (auto& window : windows_) {
        for (auto one = window.spent.rbegin(); one != window.spent.rend() && one->at > now; ++one) one->at = now;
        while (!window.spent.empty() && window.spent.front().at + window.limit.period <= now) {
            window.sum -= window.spent.front().count;
            window.spent.pop_front();
        }
        if (window.left() >= window.half()) window.is_used_up = false;
    }
}

std::size_t Allowance::available(SystemTime now) {
    forget(now);
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const auto& window : windows_) least = std::min(least, window.left());
    return least;
}

void Allowance::spend(SystemTime now, std::size_t count) {
    forget(now);
    for (auto& window : windows_) {
        window.spent.push_back({now, count});
        window.sum += count;
        window.is_used_up = window.is_used_up || window.left() == 0;
    }
}

void Allowance::take_back(SystemTime spent_at, std::size_t count) {
    for (auto& window : windows_) {
        auto left = count;
        auto one = std::lower_bound(window.spent.begin(), window.spent.end(), spent_at,
                                    [](const Spent& spent, SystemTime at) { return spent.at < at; });
        while (left > 0 && one != window.spent.end() && one->at == spent_at) {
            const auto part = std::min(left, one->count);
            one->count -= part;
            window.sum -= part;
            left -= part;
            one = one->count == 0 ? window.spent.erase(one) : std::next(one);
        }
        // Whatever spends does so while it is open: without this it would not have been used up.
        if (left < count && window.left() > 0) window.is_used_up = false;
    }
}

SystemTime Allowance::opens_at(SystemTime now) {
    forget(now);
    SystemTime opens = now;
    for (const auto& window : windows_) {
        const auto wanted = window.is_used_up ? window.half() : 1;
        auto sum = window.sum;
        for (const auto& one : window.spent) {
            if (sum + wanted <= window.limit.most) break;
            sum -= one.count;
            opens = std::max(opens, one.at + window.limit.period);
        }
    }
    return opens;
}

}  // namespace fedmsgbot
