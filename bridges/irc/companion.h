#pragma once

#include <chrono>

#include "bridges/irc/message.h"

namespace fedmsgbot {

class Conversation;

// Somebody who listens to a conversation beside the delivery of posts, and may say something in it: who is in which
// channel, what people ask us.
class Companion {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    virtual ~Companion() = default;

    // Each message from the server once it has let us in.
    virtual void hear(const IrcMessage& message, Conversation& conversation, TimePoint now) = 0;

    // Does what is due; when to be called again at the latest.
    virtual TimePoint tick(Conversation& conversation, TimePoint now) = 0;

    // The conversation has ended: what was learnt in it does not count in the next.
    virtual void forget() = 0;
};

}  // namespace fedmsgbot
