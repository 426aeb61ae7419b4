#pragma once

#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// One row of a datagrepper's answer, of either shape, as the message that was on the bus: what the archive added is
// taken away (`source_name`, `users`, empty `headers`, ...), and the timestamp that it keeps as a float is whole again,
// so that a signature fits. All that remains stands as in the row, byte for byte.
Result<Message> read_archive_row(std::string_view row);

}  // namespace fedmsgbot
