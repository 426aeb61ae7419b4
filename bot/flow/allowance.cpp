#include "bot/flow/allowance.h"

#include <algorithm>
#include <limits>

namespace fedmsgbot {

Allowance::Allowance(const std::vector<RateLimit>& limits) {
    for (const auto& limit : limits) windows_.push_back({limit});
}

void Allowance::add(SystemTime at, std::size_t count) {
    for (auto& window : windows_) {
        window.spent.push_back({at, count});
        window.sum += count;
    }
}

void Allowance::forget(SystemTime now) {
    for (auto& window : windows_) {
        for (auto one = window.spent.rbegin(); one != window.spent.rend() && one->at > now; ++one) one->at = now;
        while (!window.spent.empty() && window.spent.front().at + window.limit.period <= now) {
            window.sum -= window.spent.front().count;
            window.spent.pop_front();
        }
    }
}

std::size_t Allowance::available(SystemTime now) {
    forget(now);
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const auto& window : windows_)
        least = std::min(least, window.limit.most - std::min(window.limit.most, window.sum));
    return least;
}

void Allowance::spend(SystemTime now, std::size_t count) {
    forget(now);
    add(now, count);
}

void Allowance::take_back(std::size_t count) {
    for (auto& window : windows_) {
        for (auto left = count; left > 0 && !window.spent.empty();) {
            auto& last = window.spent.back();
            const auto part = std::min(left, last.count);
            last.count -= part;
            window.sum -= part;
            left -= part;
            if (last.count == 0) window.spent.pop_back();
        }
    }
}

SystemTime Allowance::opens_at(SystemTime now) {
    forget(now);
    SystemTime opens = now;
    for (const auto& window : windows_) {
        const auto wanted = std::max<std::size_t>(1, window.limit.most / 2);
        auto sum = window.sum;
        for (const auto& one : window.spent) {
            if (sum + wanted <= window.limit.most) break;
            sum -= one.count;
            opens = std::max(opens, one.at + window.limit.period);
        }
    }
    return opens;
}

bool Allowance::is_open(SystemTime now) {
    if (available(now) == 0)
        is_used_up_ = true;
    else if (is_used_up_)
        is_used_up_ = opens_at(now) > now;
    return !is_used_up_;
}

std::chrono::seconds Allowance::longest_period() const {
    std::chrono::seconds longest{0};
    for (const auto& window : windows_) longest = std::max(longest, window.limit.period);
    return longest;
}

}  // namespace fedmsgbot
