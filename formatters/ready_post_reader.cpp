#include "formatters/ready_post_reader.h"

#include <utility>

#include "formatters/bundle.h"
#include "formatters/line_limits.h"

namespace fedmsgbot {

namespace {

Arrival read_arrival(JsonView message) {
    Arrival arrival;
    const auto trust = message["trust"].integer();
    if (trust > 0 && trust <= static_cast<int>(Trust::invalid)) arrival.trust = static_cast<Trust>(trust);
    arrival.is_late = message["late"].boolean();
    return arrival;
}

}  // namespace

bool is_ready_post(const Message& record) { return record.topic() == ready_post_topic; }

Result<ReadyPost> read_ready_post(const Message& record) {
    const auto body = record.body();
    const auto target = body["target"].text();
    if (target.empty() || target != clean_line(target, max_name_bytes)) return Problem{{}, "a post without a target"};
    auto message = Message::parse(std::string(body["message"]["bytes"].text()));
    if (!message) return Problem{{}, "a post without its message: " + message.problems().front().text};
    if (is_ready_post(*message)) return Problem{{}, "a post of a post"};
    message->note_arrival(read_arrival(body["message"]));
    auto line = read_line(body, body["title"].text(), body["service"].text());
    if (line.text.empty()) return Problem{{}, "a post that says nothing"};
    return ReadyPost{std::string(target), std::make_shared<const Message>(std::move(message).value()),
                     std::make_shared<const Line>(std::move(line))};
}

}  // namespace fedmsgbot
