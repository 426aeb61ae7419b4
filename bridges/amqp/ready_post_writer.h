#pragma once

#include "bot/amqp/amqp_publication.h"
#include "bot/core/post.h"

namespace fedmsgbot {

// A post as a publication: its address is the routing key, and the target of the bot that reads it. The body has the
// line's fields and the message's bytes; formatters/ready_post_reader.h reads it. The id is the message's, less a year
// that a bridge between the buses put before it, with a digest of the target: two bots that publish the same make the
// same id, and a message for two targets has two.
AmqpPublication write_ready_post(const Post& post);

}  // namespace fedmsgbot
