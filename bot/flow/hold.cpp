#include "bot/flow/hold.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace fedmsgbot {

namespace {

// Keys are made of strangers' words: with so many, whatever comes waits.
constexpr std::size_t most_keys = 10000;

// Two that come out the same by chance make a message wait: no more.
std::size_t digest(const std::string& key) { return std::hash<std::string>()(key); }

}  // namespace

bool Hold::lets_through(const std::vector<std::string>& keys) const {
    if (keys.empty()) return true;
    if (destination_.condense.first_waits || keys_.size() >= most_keys) return false;
    return std::none_of(keys.begin(), keys.end(), [this](const auto& key) { return keys_.contains(digest(key)); });
}

void Hold::note(const std::vector<std::string>& keys, TimePoint now) {
    if (keys.empty()) return;
    open(now);
    if (keys_.size() >= most_keys) return;
    for (const auto& key : keys) keys_.insert(digest(key));
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
