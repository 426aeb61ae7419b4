#include "bridges/irc/channel.h"

#include <algorithm>
#include <utility>

namespace fedmsgbot {

namespace {

constexpr std::size_t max_masks = 100;

}  // namespace

std::chrono::milliseconds grown(std::chrono::milliseconds least, std::chrono::milliseconds most, int times) {
    auto delay = least;
    for (int i = 0; i < times && delay < most; ++i) delay *= 2;
    return std::min(delay, most);
}

void Channel::disconnected() {
    if (state_ == State::joined || state_ == State::joining) {
        state_ = State::absent;
        hindrance_.clear();
        due_ = {};
    }
    ++disturbances_;
    forget_modes();
}

void Channel::forget_modes() {
    modes_.clear();
    our_modes_.clear();
    bans_.clear();
    exceptions_.clear();
    refuses_colors_ = false;
}

void Channel::asked_to_join(TimePoint now) {
    state_ = State::joining;
    due_ = now + timings_->join_answer;
}

void Channel::joined(TimePoint now) {
    state_ = State::joined;
    hindrance_.clear();
    refusals_ = 0;
    joined_at_ = now;
    due_ = TimePoint::max();
}

void Channel::removed(std::string why, TimePoint now) {
    // Whoever was suffered for a while begins anew.
    if (state_ == State::joined && now - joined_at_ > timings_->rejoin_most) removals_ = 0;
    state_ = State::absent;
    hindrance_ = std::move(why);
    due_ = now + grown(timings_->rejoin_least, timings_->rejoin_most, removals_++);
    ++disturbances_;
    forget_modes();
}

void Channel::refused(std::string why, TimePoint now) {
    state_ = State::barred;
    hindrance_ = std::move(why);
    due_ = now + grown(timings_->barred_least, timings_->barred_most, refusals_);
    refusals_ = std::min(refusals_ + 1, 30);
    ++disturbances_;
}

void Channel::silenced(std::string why, TimePoint now) {
    if (state_ != State::joined) return;
    hindrance_ = std::move(why);
    due_ = now + timings_->barred_least;
    ++disturbances_;
}

void Channel::passed_on() {
    if (state_ != State::joined) return;
    hindrance_.clear();
    due_ = TimePoint::max();
}

void Channel::modes_are(const ServerFeatures& features, std::string_view prefix,
                        std::span<const std::string_view> change) {
    modes_.clear();
    modes_changed(features, prefix, change);
}

void Channel::modes_changed(const ServerFeatures& features, std::string_view prefix,
                            std::span<const std::string_view> change) {
    if (change.empty()) return;
    const auto nick = prefix.substr(0, prefix.find('!'));
    color_modes_ = features.color_modes();
    refuses_colors_ = false;
    const bool was_muted = is_muted();
    bool set = true;
    std::size_t next = 1;
    for (const char mode : change.front()) {
        if (mode == '+' || mode == '-') {
            set = mode == '+';
            continue;
        }
        const bool has_argument = features.takes_argument(mode, set);
        const auto argument = has_argument && next < change.size() ? change[next++] : std::string_view{};
        if (has_argument && !features.is_member_mode(mode) && (mode == 'b' || mode == 'q' || mode == 'e')) {
            auto& masks = mode == 'e' ? exceptions_ : bans_;
            std::erase_if(masks, [&](const auto& known) { return features.same(known, argument); });
            if (set && masks.size() < max_masks && features.matches(argument, prefix)) masks.emplace_back(argument);
            continue;
        }
        auto& modes = features.is_member_mode(mode) ? our_modes_ : modes_;
        if (features.is_member_mode(mode) ? !features.same(argument, nick) : has_argument) continue;
        std::erase(modes, mode);
        if (set) modes += mode;
    }
    if (is_muted() && !was_muted) ++disturbances_;
}

void Channel::our_modes_are(std::string modes) { our_modes_ = std::move(modes); }

bool Channel::colors_refused() {
    ++disturbances_;
    return !std::exchange(refuses_colors_, true);
}

void Channel::tick(TimePoint now) {
    if (due_ > now) return;
    if (state_ == State::joining) refused("the server does not answer JOIN", now);
    if (state_ == State::joined) {
        hindrance_.clear();
        due_ = TimePoint::max();
    }
}

bool Channel::wants_join(TimePoint now) const {
    return (state_ == State::absent || state_ == State::barred) && due_ <= now;
}

Channel::TimePoint Channel::due() const { return due_; }

std::string Channel::hindrance() const {
    if (is_ready()) return {};
    if (!hindrance_.empty()) return hindrance_;
    if (!is_joined()) return "not in the channel yet";
    return is_banned() ? "banned (" + bans_.front() + ")" : "the channel is moderated (+m) and we have no voice";
}

}  // namespace fedmsgbot
