#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "bot/commands/child.h"

namespace fedmsgbot {

// A real RabbitMQ on loopback for the demo, with Erlang's port mapper, which would else outlive it and listen on every
// address. All its files are in `folder`, which must outlive it.
class DemoBroker {
public:
    struct Ports {
        std::uint16_t amqp, names, nodes;
    };

    // Throws when it is not installed, or takes no connections within a minute.
    DemoBroker(const std::filesystem::path& folder, const Ports& ports);

private:
    std::optional<Child> names_, broker_;
};

}  // namespace fedmsgbot
