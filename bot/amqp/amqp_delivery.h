#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/core/message.h"
#include "bot/core/result.h"

namespace fedmsgbot {

// A message as the broker delivered it, out of the wire's types.
struct AmqpDelivery {
    std::uint64_t connection = 0;  // a number is good for the connection that gave it only
    std::uint64_t number = 0;      // its delivery tag
    std::string topic;             // the routing key
    std::string id;                // empty: the sender gave none
    std::string headers = "{}";    // JSON
    std::string body;
    bool is_redelivered = false;
    bool is_too_large = false;  // the body was not kept
};

// The message in fedora-messaging's record form {"topic", "id", "headers", "body"}, which is what the journal keeps.
// Problems: no topic, a body that was too large, or that is no JSON object. Moves the body out of the delivery.
Result<Message> read_delivery(AmqpDelivery& delivery);

// Writes a JSON string with the text, whatever bytes are in it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace fedmsgbot
