#pragma once

#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// Does the message tell of something that went wrong: by its severity, or by its sentence's words?
bool tells_of_failure(const Message& message, std::string_view sentence);

}  // namespace fedmsgbot
