#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "bot/amqp/amqp_settings.h"

namespace fedmsgbot {

// Who publishes, and where to.
struct PublisherSettings {
    std::string topic_prefix = "org.fedoraproject";
    std::string environment = "dev";  // dev, stg, prod
    std::string username;             // empty: who runs the process

    // Exactly one of them: the relay to connect to, or where subscribers connect, as tcp://127.0.0.1:2003; or
    // fedora-messaging's broker and exchange, where the broker's word is taken for who publishes: nothing is signed.
    std::string relay;
    std::string bind;
    std::optional<AmqpPublishing> amqp;

    // PEM; both or neither. With them every message is signed.
    std::filesystem::path cert_file;
    std::filesystem::path key_file;

    // How long a message may wait for somebody who subscribes to it, and close() for what is not sent yet.
    std::chrono::milliseconds wait{10'000};
};

}  // namespace fedmsgbot
