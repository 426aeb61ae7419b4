#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "bot/core/message.h"
#include "bot/core/receipt.h"
#include "bot/flow/route.h"

namespace fedmsgbot {

// What is kept back for one destination, to be said in few sentences when a window of time ends. The first message that
// may share a sentence opens the window. Pure: told the time, by a clock that nobody sets; the journal keeps what it
// holds, under the destination's name for it. Bounded: full, its window has ended. One thread.
class Hold {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most_messages = 1000;
    static constexpr std::size_t most_bytes = 8 * 1024 * 1024;

    struct Held {
        std::shared_ptr<const Message> message;
        Entry entry;
    };

    explicit Hold(Destination destination) : destination_(std::move(destination)) {}

    const Destination& destination() const { return destination_; }

    // Does a message go at once that has these keys, by which it may share a sentence with others (Rulebook's
    // condense_keys)?
    bool lets_through(const std::vector<std::string>& keys) const;

    // A message with these keys was accepted: they are remembered until the window ends.
    void note(const std::vector<std::string>& keys, TimePoint now);

    // `since`: when it was accepted.
    void keep(Held held, TimePoint since);

    std::optional<TimePoint> ends() const;  // nothing while no window is open
    bool is_full() const { return held_.size() >= most_messages || bytes_ >= most_bytes; }

    // Everything, in the order of coming; the window is closed.
    std::vector<Held> take();

private:
    void open(TimePoint at) {
        if (!opened_) opened_ = at;
    }

    Destination destination_;
    std::optional<TimePoint> opened_;
    std::unordered_set<std::size_t> keys_;  // digests of those that the window has seen: strangers choose their length
    std::vector<Held> held_;
    std::size_t bytes_ = 0;
};

}  // namespace fedmsgbot
