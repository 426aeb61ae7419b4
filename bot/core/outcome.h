#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fedmsgbot {

// How one attempt to deliver ended. A value, never an exception and never a bool: the outbox must be told what to do
// next.
class [[nodiscard]] Outcome {
public:
    enum class Kind {
        delivered,  // the target has it, as far as its protocol can tell
        retry,      // not now: again later
        rejected,   // never: the target refuses this very post
    };
    using Duration = std::chrono::milliseconds;

    static Outcome delivered() { return {Kind::delivered, {}, {}}; }
    static Outcome rejected(std::string why) { return {Kind::rejected, std::move(why), {}}; }
    // Again after the outbox's own growing back-off.
    static Outcome retry(std::string why) { return {Kind::retry, std::move(why), {}}; }
    // Again after what the server asked for; zero: as soon as the outbox can.
    static Outcome retry(std::string why, Duration after) { return {Kind::retry, std::move(why), after}; }

    // Likewise, and the bridge has logged why, in a line of its own, for all the posts that wait for the same.
    static Outcome held(std::string why, Duration after) {
        Outcome outcome = retry(std::move(why), after);
        outcome.is_told_ = true;
        return outcome;
    }

    Kind kind() const { return kind_; }
    const std::string& why() const { return why_; }  // for a log line; empty when delivered
    std::optional<Duration> after() const { return after_; }
    bool is_told() const { return is_told_; }  // nobody needs to log it again

private:
    Outcome(Kind kind, std::string why, std::optional<Duration> after)
        : kind_(kind), why_(std::move(why)), after_(after) {}

    Kind kind_;
    std::string why_;
    std::optional<Duration> after_;
    bool is_told_ = false;
};

using Outcomes = std::vector<Outcome>;

}  // namespace fedmsgbot
