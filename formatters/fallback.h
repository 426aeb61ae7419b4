#pragma once

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// What can be said of a message that no rule knows, from fields that many senders have: who, what, how it went, where
// to look. Never an empty text. Pure. `rule` is "fallback".
Line fallback_line(const Message& message);

}  // namespace fedmsgbot
