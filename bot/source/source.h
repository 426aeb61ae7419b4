#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "bot/core/message.h"

namespace fedmsgbot {

// What a source has seen since it was made. One thread.
struct SourceCounters {
    std::uint64_t received = 0;     // all that arrived
    std::uint64_t unwanted = 0;     // no route can want the topic: not parsed
    std::uint64_t malformed = 0;    // wrong frames, no JSON, no topic, topics that disagree: dropped and logged
    std::uint64_t gaps = 0;         // messages a sender counted (`i`) that did not arrive
    std::uint64_t redelivered = 0;  // given to somebody before, as the broker says: the journal knows which are new
};

// Where messages come from. One coroutine calls next() again and again.
class Source {
public:
    // May any route want this topic? Asked before a body is parsed.
    using Interest = std::function<bool(std::string_view topic)>;

    virtual ~Source() = default;

    // Waits until there is at least one message and gives all that are there, a few hundred at the most, in order.
    // Empty: the source has ended (a file). Cancellable. Throws when it can never work again.
    virtual boost::asio::awaitable<std::vector<Message>> next() = 0;

    // The oldest `count` messages that next() gave, and that were not told of before, are safe in the journal or wanted
    // by nobody. What acknowledging means is the source's own affair.
    virtual void accepted(std::size_t count) { static_cast<void>(count); }

    virtual SourceCounters counters() const = 0;
};

}  // namespace fedmsgbot
