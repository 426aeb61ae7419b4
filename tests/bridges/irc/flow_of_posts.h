#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/bridges/irc/running_bridge.h"

namespace fedmsgbot::testing {

// Posts that come for #test all the time, 50 a second, and a lane of an outbox that hands them on in order: what is to
// be retried goes first. It knows what was accepted, so that a test can ask for all of it.
class FlowOfPosts {
public:
    using Clock = std::chrono::steady_clock;

    explicit FlowOfPosts(RunningBridge& bridge) : bridge_(bridge) {}
    // Only these, none after them.
    FlowOfPosts(RunningBridge& bridge, std::vector<std::string> texts) : bridge_(bridge), waiting_(std::move(texts)) {}

    // Posts come, until it holds; false after `most`.
    bool until(const std::function<bool()>& holds, std::chrono::milliseconds most = std::chrono::seconds(60)) {
        next_post_ = Clock::now();
        return bridge_.run_until([&] { return step(true), holds(); }, most);
    }
    void during(std::chrono::milliseconds time) {
        until([] { return false; }, time);
    }
    // No more come; false when some were not delivered in time.
    bool is_drained() {
        return bridge_.run_until([&] { return step(false), waiting_.empty(); }, std::chrono::seconds(60));
    }

    // What is due now; until() and its like do it all the time.
    void step(bool take_more) {
        const auto now = Clock::now();
        for (; take_more && next_post_ <= now; next_post_ += std::chrono::milliseconds(20))
            waiting_.push_back(text(accepted_++));
        if (answer_ && !answer_->empty()) conclude(now);
        if (answer_ || waiting_.empty() || now < not_before_) return;
        const auto size = std::min(waiting_.size(), bridge_.bridge().batch_limit());
        answer_ = bridge_.start({waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size)});
    }

    std::size_t delivered() const { return delivered_; }
    // What the bridge gave up, and why.
    const std::map<std::string, std::string>& rejected() const { return rejected_; }
    // The bridge's answer to the last batch that was not wholly delivered.
    const std::string& trouble() const { return trouble_; }
    std::vector<std::string> accepted() const {
        std::vector<std::string> all;
        for (int i = 0; i < accepted_; ++i) all.push_back(text(i));
        return all;
    }

private:
    static std::string text(int number) { return fmt::format("post {} of a flow", number); }

    void conclude(Clock::time_point now) {
        std::vector<std::string> again;
        for (std::size_t i = 0; i < answer_->size(); ++i) {
            const auto& outcome = answer_->at(i);
            if (outcome.kind() == Outcome::Kind::delivered) {
                ++delivered_;
                continue;
            }
            if (outcome.kind() == Outcome::Kind::rejected) {
                rejected_.emplace(waiting_[i], outcome.why());
                continue;
            }
            again.push_back(waiting_[i]);
            trouble_ = outcome.why();
            // An outbox would wait as long as it is told.
            not_before_ = now + std::min(outcome.after().value_or(std::chrono::milliseconds(100)),
                                         std::chrono::milliseconds(200));
        }
        again.insert(again.end(), waiting_.begin() + static_cast<std::ptrdiff_t>(answer_->size()), waiting_.end());
        waiting_ = std::move(again);
        answer_.reset();
    }

    RunningBridge& bridge_;
    std::vector<std::string> waiting_;
    RunningBridge::Answer answer_;
    int accepted_ = 0;
    std::size_t delivered_ = 0;
    std::map<std::string, std::string> rejected_;
    std::string trouble_;
    Clock::time_point next_post_{};
    Clock::time_point not_before_{};
};

// Each text once, where it came first.
inline std::vector<std::string> first_of_each(const std::vector<std::string>& texts) {
    std::set<std::string> known;
    std::vector<std::string> first;
    for (const auto& text : texts)
        if (known.insert(text).second) first.push_back(text);
    return first;
}

}  // namespace fedmsgbot::testing
