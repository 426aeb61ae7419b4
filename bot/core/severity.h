#pragma once

#include <string_view>

#include "bot/core/json.h"

namespace fedmsgbot {

// How grave its sender finds a message, with fedora-messaging's numbers; any number between them may come.
enum class Severity : int { debug = 10, info = 20, warning = 30, error = 40 };

// From a message's headers: a number of any kind, or a name. What is missing or is neither, is `info`, as for
// fedora-messaging.
Severity severity(JsonView headers);

// `warning`; of a number between two names, the lower.
std::string_view name(Severity severity);

}  // namespace fedmsgbot
