#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "bot/core/arrival.h"
#include "bot/core/json.h"
#include "bot/core/result.h"

namespace fedmsgbot {

using SystemTime = std::chrono::system_clock::time_point;

// An immutable fact from the bus, the same type whichever bus brought it.
// Made from its bytes, and from its bytes alone, so that the journal can keep the bytes and make it again. How it
// arrived is noted on it by whoever brought it, before it sets out.
class Message {
public:
    // Nobody's topic is longer; whoever remembers topics asks this of what is not parsed yet.
    static constexpr std::size_t max_topic_bytes = 1024;

    // Reads any of three forms, told apart by their keys:
    //   fedmsg's envelope           {"topic", "msg", "msg_id", "timestamp", "username", ...}
    //   fedora-messaging's record   {"topic", "id", "headers", "body"}
    //   datagrepper's row           either of the two with more keys
    // `frame_topic` is the topic the transport gave; empty where there is none. A body without a topic, or that is no
    // object, is wrapped the way fedmsg's hub does: {"topic": frame_topic, "msg": body}.
    // Problems: not JSON, nested too deep, no topic at all, a frame topic that differs from the body's.
    static Result<Message> parse(std::string bytes, std::string_view frame_topic = {});

    const std::string& topic() const { return topic_; }

    // The sender's id; where it sent none, `sha256:` and a digest of the topic and the bytes, so that every message has
    // one and the same bytes have the same one. At most 200 bytes, printable.
    const std::string& id() const { return id_; }

    // What the sender says; the epoch where it does not say. Not to be trusted, for display only.
    SystemTime sent_at() const { return sent_at_; }

    JsonView body() const { return body_; }  // `msg` or `body`: what rules read
    JsonView envelope() const { return json_.root(); }
    JsonView headers() const { return envelope()["headers"]; }
    std::string_view sender() const { return envelope()["username"].text(); }  // fedmsg: the publishing process' user

    const std::string& bytes() const { return bytes_; }

    const Arrival& arrival() const { return arrival_; }
    // A suspect does not choose its id, since a stranger's copy would then keep the genuine message out as a duplicate:
    // it gets the digest.
    void note_arrival(Arrival arrival);

private:
    Message(std::string bytes, JsonDocument json);

    std::string bytes_;
    JsonDocument json_;
    JsonView body_;
    std::string topic_;
    std::string id_;
    SystemTime sent_at_;
    Arrival arrival_;
};

}  // namespace fedmsgbot
