#pragma once

#include "bot/core/ready_post.h"
#include "bot/core/result.h"

namespace fedmsgbot {

bool is_ready_post(const Message& record);

// What the bridge of kind `amqp` wrote. Whoever wrote it: the line is cleaned and bounded again, as the rulebook
// promises it. Problems: no target, or no message of the bus in it.
Result<ReadyPost> read_ready_post(const Message& record);

}  // namespace fedmsgbot
