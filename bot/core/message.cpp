#include "bot/core/message.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "bot/core/sha256.h"
#include "bot/core/text.h"
#include "bot/core/time_scanner.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_id_bytes = 200;
constexpr std::string_view own_ids = "sha256:";

std::string sha256_id(std::string_view topic, std::string_view bytes) {
    const auto digest = sha256({topic, "\n", bytes});
    return std::string(own_ids) + hexadecimal(std::span(digest).first(16));
}

// A sender's id that looks like one of ours could be meant to be taken for another message.
bool is_fit_id(std::string_view id) {
    return !id.empty() && id.size() <= max_id_bytes && !id.starts_with(own_ids) &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// The clock counts nanoseconds in 64 bits and ends in the year 2262; before 1970 there was no bus.
SystemTime from_seconds(double seconds) {
    if (!(seconds >= 0 && seconds < 9'223'372'036.8)) return {};
    return SystemTime(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

// The members of an envelope that we read, found in one go over it. Of duplicates, the last.
struct Envelope {
    JsonView topic, msg, body, msg_id, id, timestamp, headers;

    explicit Envelope(JsonView json) {
        json.each_member([this](std::string_view key, JsonView value) {
            for (const auto& [name, member] : members)
                if (key == name) this->*member = value;
            return true;
        });
    }

private:
    static constexpr std::pair<std::string_view, JsonView Envelope::*> members[] = {
        {"topic", &Envelope::topic},    {"msg", &Envelope::msg}, {"body", &Envelope::body},
        {"msg_id", &Envelope::msg_id},  {"id", &Envelope::id},   {"timestamp", &Envelope::timestamp},
        {"headers", &Envelope::headers}};
};

SystemTime read_time(const Envelope& envelope) {
    if (envelope.timestamp.is_text()) return parse_iso_time(envelope.timestamp.text()).value_or(SystemTime{});
    if (const double seconds = envelope.timestamp.real(); seconds > 0) return from_seconds(seconds);
    return parse_iso_time(envelope.headers["sent-at"].text()).value_or(SystemTime{});
}

Problem bad(std::string text) { return Problem{{}, std::move(text)}; }

std::string as_json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

Message::Message(std::string bytes, JsonDocument json) : bytes_(std::move(bytes)), json_(std::move(json)) {}

void Message::note_arrival(Arrival arrival) {
    arrival_ = arrival;
    if (arrival.is_suspect() && !id_.starts_with(own_ids)) id_ = sha256_id(topic_, bytes_);
}

Result<Message> Message::parse(std::string bytes, std::string_view frame_topic) {
    auto json = JsonDocument::parse(bytes);
    if (!json) return json.problems();
    Envelope envelope(json->root());
    const auto has_topic = !envelope.topic.is_missing();
    if (!has_topic) {
        if (frame_topic.empty()) return bad("no topic");
        if (frame_topic.size() > max_topic_bytes) return bad("a topic that is too long");
        // What fedmsg's hub does with a body that is no envelope.
        auto wrapped = fmt::format("{{\"topic\":{},\"msg\":{}}}", as_json_text(clean_line(frame_topic)), bytes);
        json = JsonDocument::parse(wrapped);
        if (!json) return json.problems();
        bytes = std::move(wrapped);
        envelope = Envelope(json->root());
    }
    Message message(std::move(bytes), std::move(json).value());
    const auto topic = envelope.topic.text();
    if (topic.empty()) return bad("a topic that is no text");
    if (topic.size() > max_topic_bytes) return bad("a topic that is too long");
    if (!frame_topic.empty() && topic != frame_topic && has_topic)
        return bad(fmt::format("topic envelope mismatch: the body says {}", clean_line(topic, 200)));
    message.topic_ = clean_line(topic);
    if (message.topic_.empty()) return bad("a topic of control characters");
    message.body_ = envelope.msg.is_missing() ? envelope.body : envelope.msg;
    const auto id = envelope.msg_id.text().empty() ? envelope.id.text() : envelope.msg_id.text();
    message.id_ = is_fit_id(id) ? std::string(id) : sha256_id(message.topic_, message.bytes_);
    message.sent_at_ = read_time(envelope);
    return message;
}

}  // namespace fedmsgbot
