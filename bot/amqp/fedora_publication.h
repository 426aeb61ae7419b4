#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bot/amqp/amqp_publication.h"

namespace fedmsgbot {

// A message as fedora-messaging's publishers know it.
struct FedoraMessage {
    std::string topic;  // whole, with its prefix
    std::string id;     // a UUID
    std::string body;   // a JSON object
    std::string schema = "base.message";
    std::int64_t severity = 20;  // 10 debug, 20 info, 30 warning, 40 error
    std::chrono::system_clock::time_point sent_at;
    std::vector<std::string> usernames{};  // whom it concerns
    std::vector<std::string> packages{};
    std::optional<std::uint8_t> priority{};
};

// With the properties and headers that fedora-messaging's consumers look at.
AmqpPublication publication_of(FedoraMessage message);

}  // namespace fedmsgbot
