#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// Many messages told in one line: how many of which service, and how many of these failed, with a link to the
// timeline's view of the time in which they came. A message of our own, like a bundle, so that it travels the road like
// any other; read back, it can be told in another digest, and no message is forgotten or counted twice.
// Bounded, whatever it counts. A value.
class Digest {
public:
    // Why they are not told one by one; chooses the words.
    enum class Reason {
        overflow,  // more came than may leave
        expired,   // too old, by the bridge's max_age
        quiet,     // they came in a route's quiet hours
    };

    explicit Digest(Reason reason) : reason_(reason) {}

    Reason reason() const { return reason_; }
    std::uint64_t messages() const { return messages_; }

    // Counts the message; of a bundle its members, of a digest all that is in it.
    void add(const Message& message, const Line& line, SystemTime accepted_at);

    // `timeline`: its public URL, for the link; empty: no link.
    std::string text() const;
    std::string link(std::string_view timeline) const;

    // `key` tells this digest from every other one with the same words: it is part of the id.
    Message message(std::string_view timeline, std::string_view key) const;

private:
    struct Count {
        std::uint64_t messages = 0, failed = 0;
    };

    void merge(const Message& digest);
    void count(std::string service, Count count);
    void span(SystemTime since, SystemTime until);

    Reason reason_;
    std::uint64_t messages_ = 0;
    std::map<std::string, Count> services_;
    std::optional<SystemTime> since_, until_;  // of acceptance
};

// Nothing for any other message.
std::optional<Digest::Reason> digest_reason(const Message& message);

}  // namespace fedmsgbot
