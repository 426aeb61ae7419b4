#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "formatters/condenser.h"

namespace fedmsgbot {

// A condensed line as a message of our own, so that it travels the road like any other: journaled before anybody acts
// on it, told once, raw on its page of the timeline. It has the line, and its members as they came, up to a bound.

// `batch` is what `condensed` was made of. The id is a digest of all of it, with `hold`, the name under which the
// members were kept: the same ones in another place are another message.
Message bundle(const Condensed& condensed, const std::vector<const Message*>& batch, const std::string& hold);

bool is_bundle(const Message& message);

// The line it was made of.
Line unbundle(const Message& message);

// The line that somebody wrote with the names of its fields. Whoever it was: what a Line promises holds.
Line read_line(JsonView body, std::string_view title, std::string_view service);

// The only member of a bundle that has one: it was kept back, and is then said as if it had not been. Nothing for any
// other message.
std::optional<Message> lone_member(const Message& message);

}  // namespace fedmsgbot
