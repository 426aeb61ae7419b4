#pragma once

#include <string>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "formatters/condenser.h"

namespace fedmsgbot {

// A condensed line as a message of our own, so that it travels the road like any other: journaled before anybody acts
// on it, told once, raw on its page of the timeline. It has the line, and the ids and topics of its members.

// `batch` is what `condensed` was made of. The id is made of the members' ids and `hold`, the name under
// which they were kept: the same ones in another place are another message.
Message bundle(const Condensed& condensed, const std::vector<const Message*>& batch, const std::string& hold);

bool is_bundle(const Message& message);

// The line it was made of.
Line unbundle(const Message& message);

}  // namespace fedmsgbot
