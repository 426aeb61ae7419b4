#include "bot/amqp/amqp_delivery.h"

#include <utility>

#include <fmt/format.h>

#include "bot/core/json.h"

namespace fedmsgbot {

Result<Message> read_delivery(AmqpDelivery& delivery) {
    if (delivery.is_too_large) return Problem{{}, "a body that is too large"};
    if (delivery.topic.empty()) return Problem{{}, "no topic"};
    // Alone first: a body that is no JSON by itself could close the record and write members of its own into it.
    {
        const auto json = JsonDocument::parse(delivery.body);
        if (!json) return json.problems();
        if (!json->root().is_object()) return Problem{{}, "a body that is no JSON object"};
    }
    auto record = fmt::format("{{\"topic\":{},\"id\":{},\"headers\":{},\"body\":", json_string(delivery.topic),
                              json_string(delivery.id), delivery.headers);
    record.reserve(record.size() + delivery.body.size() + 1);
    record += delivery.body;
    record += '}';
    delivery.body = {};
    return Message::parse(std::move(record));
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", c);
        else
            out += c;
    }
    return out + '"';
}

}  // namespace fedmsgbot
