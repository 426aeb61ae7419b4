#include "bot/flow/hold.h"

#include <utility>

namespace fedmsgbot {

namespace {

// Keys are made of strangers' words: with so many, whatever comes waits.
constexpr std::size_t most_keys = 10000;

}  // namespace

bool Hold::lets_through(const std::vector<std::string>& keys, TimePoint now) {
    if (keys.empty()) return true;
    open(now);
    bool is_first = !destination_.condense.first_waits && keys_.size() < most_keys;
    for (const auto& key : keys) is_first = is_first && !keys_.contains(key);
    if (keys_.size() < most_keys) keys_.insert(keys.begin(), keys.end());
    return is_first;
}

void Hold::keep(Held held, TimePoint since) {
    open(since);
    bytes_ += held.message->bytes().size();
    held_.push_back(std::move(held));
}

std::optional<Hold::TimePoint> Hold::ends() const {
    if (!opened_) return std::nullopt;
    return *opened_ + destination_.condense.window;
}

std::vector<Hold::Held> Hold::take() {
    opened_.reset();
    keys_.clear();
    bytes_ = 0;
    return std::exchange(held_, {});
}

}  // namespace fedmsgbot
