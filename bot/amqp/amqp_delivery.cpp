#include "bot/amqp/amqp_delivery.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace fedmsgbot {

Result<Message> read_delivery(AmqpDelivery& delivery) {
    if (delivery.is_too_large) return Problem{{}, "a body that is too large"};
    if (delivery.topic.empty()) return Problem{{}, "no topic"};
    std::string record;
    constexpr std::size_t most_between = 64;
    record.reserve(delivery.topic.size() + delivery.id.size() + delivery.headers.size() + delivery.body.size() +
                   most_between);
    record += R"({"topic":)";
    append_json_string(record, delivery.topic);
    record += R"(,"id":)";
    append_json_string(record, delivery.id);
    record += R"(,"headers":)";
    record += delivery.headers;
    record += R"(,"body":)";
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

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;  // where what needs no escape begins
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool is_control = static_cast<unsigned char>(c) < 0x20;
        if (!is_control && c != '"' && c != '\\') continue;
        out += text.substr(plain, at - plain);
        plain = at + 1;
        if (is_control)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        else
            (out += '\\') += c;
    }
    out += text.substr(plain);
    out += '"';
}

}  // namespace fedmsgbot
