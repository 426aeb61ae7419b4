#pragma once

#include "bridges/irc/message.h"

namespace fedmsgbot {

// Does the server say that we write too fast? By a numeric (263, 439), by a notice of its own, or in the words with
// which it closes the link. What users say is not heeded: they could slow us down.
bool is_complaint(const IrcMessage& message);

// Does it also mean that what we said to a channel may be lost?
bool may_have_cost_lines(const IrcMessage& complaint);

}  // namespace fedmsgbot
