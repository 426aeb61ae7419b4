#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/trust/trust_settings.h"

namespace fedmsgbot {

struct RelayOptions {
    // tcp://ADDRESS:PORT or ipc://PATH, where publishers and subscribers connect, `bind:` before it or not; behind
    // `connect:`, where they bind.
    std::vector<std::string> in;
    std::string out;
    int queue = 10'000;                  // messages that wait for each publisher and each subscriber
    std::optional<TrustSettings> trust;  // pass only what is genuine by it
};

// Without `bind:` or `connect:`.
std::string relay_address(const std::string& endpoint);

// `fedmsgbot relay`: passes messages on, byte for byte, until SIGTERM or SIGINT. What is no message of two frames is
// dropped; a subscriber that is `queue` messages behind misses those that come then, and nobody waits for it. All of it
// is counted, and told each minute and at the end. Exit status: 0; 1 when an endpoint cannot be had; 2 when a file
// cannot be used.
int relay_command(const RelayOptions& options);

}  // namespace fedmsgbot
