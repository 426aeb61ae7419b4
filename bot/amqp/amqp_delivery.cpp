#include "bot/amqp/amqp_delivery.h"

#include <utility>

#include <fmt/format.h>

namespace fedmsgbot {

Result<Message> read_delivery(AmqpDelivery& delivery) {
    if (delivery.is_too_large) return Problem{{}, "a body that is too large"};
    if (delivery.topic.empty()) return Problem{{}, "no topic"};
    auto record = fmt::format("{{\"topic\":{},\"id\":{},\"headers\":{},\"body\":", json_string(delivery.topic),
                              json_string(delivery.id), delivery.headers);
    record.reserve(record.size() + delivery.body.size() + 1);
    record += delivery.body;
    record += '}';
    delivery.body = {};
    auto message = Message::parse(std::move(record));
    // A body that is no JSON by itself could close the record and write members of its own into it: then there are
    // more.
    if (message && (message->envelope().size() != 4 || !message->body().is_object()))
        return Problem{{}, "a body that is no JSON object"};
    return message;
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
