#pragma once

#include <cstdint>
#include <string>

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// A message as the timeline keeps it. Its number is its place in the timeline and part of its permanent address: it
// rises in the order of arrival and is never used again.
struct TimelineEntry {
    std::int64_t id = 0;
    std::string message_id;  // the bus's
    std::string topic;
    SystemTime accepted_at;  // our clock: what the page is dated by, since it cannot lie
    SystemTime sent_at;      // the sender's; the epoch where it told none
    Line line;
};

// What arrives. Referred to, not kept.
struct TimelineArrival {
    const Message& message;
    const Line& line;
    SystemTime accepted_at;
};

}  // namespace fedmsgbot
