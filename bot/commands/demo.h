#pragma once

#include <optional>

namespace fedmsgbot {

enum class DemoBus { zmq, amqp };

struct DemoOptions {
    DemoBus bus = DemoBus::zmq;
    std::optional<double> seconds;  // until Ctrl-C where absent
};

// `fedmsgbot demo`: a publisher that replays the shipped examples on a real ZeroMQ socket or through a
// real RabbitMQ, a real ngircd, and the bot
// that follows the one and posts to the other and to its timeline; all on loopback, all state in a temporary folder.
// Prints how to look at it, the lines as they go by, and a summary. Exit status: 0, or 1 when a part cannot be started.
int demo_command(const DemoOptions& options);

}  // namespace fedmsgbot
