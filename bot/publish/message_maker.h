#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/result.h"
#include "bot/publish/bus_message.h"
#include "bot/trust/signing_key.h"

namespace fedmsgbot {

// What is the same in all messages of a sender.
struct Sender {
    std::string topic_prefix;
    std::string environment;
    std::string username;
};

// What is new in each.
struct Stamp {
    std::uint64_t i = 1;
    std::string id;
    std::chrono::system_clock::time_point now;
};

// Makes messages byte for byte as Python's fedmsg.publish does: topic, envelope, canonical JSON, signature. Knows
// nothing of how they are sent. Move-only; one thread.
class MessageMaker {
public:
    // What a peer takes; a larger one would make it hang up.
    static constexpr std::size_t max_body_bytes = 4 * 1024 * 1024;

    MessageMaker(Sender sender, std::optional<SigningKey> key) : sender_(std::move(sender)), key_(std::move(key)) {}

    // `msg` is JSON. Problems: it is not, the topic is none, the message is too large. `i` counts what was made.
    Result<BusMessage> make(std::string_view modname, std::string_view topic, std::string_view msg);

    // The same with a stamp of the caller's.
    Result<BusMessage> make(std::string_view modname, std::string_view topic, std::string_view msg,
                            const Stamp& stamp) const;

private:
    Sender sender_;
    std::optional<SigningKey> key_;
    std::uint64_t made_ = 0;
};

// `prefix.environment.modname.topic`, or without the first two where the rest begins with the prefix already.
std::string whole_topic(const Sender& sender, std::string_view modname, std::string_view topic);

// `YEAR-UUID`: the local year, a random UUID.
std::string new_message_id(std::chrono::system_clock::time_point now);

// Who runs this process, as Python's getpass.getuser finds it: by LOGNAME, USER, LNAME or USERNAME, else by its number.
// Empty where nothing says it.
std::string login_name();

// {"log": text}: what fedmsg-logger makes of a line.
std::string log_message(std::string_view text);

}  // namespace fedmsgbot
