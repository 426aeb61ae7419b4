#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bot/commands/broker_options.h"
#include "bot/trust/trust_settings.h"

namespace fedmsgbot {

struct TailOptions {
    std::vector<std::string> what;  // tcp://..., ipc://..., amqp(s)://..., files; of a configuration, names of sources
    std::optional<std::filesystem::path> configuration;
    std::vector<std::filesystem::path> rules;  // folders that come before the shipped rules
    bool as_json = false, is_raw = false;      // sentences where neither
    std::string color = "auto";
    std::vector<std::string> query, topics, include, exclude, users, packages;

    bool shows_trust = false;
    TrustSettings trust;  // to be shown

    BrokerOptions broker;

    // First what an archive (a datagrepper's address; of a configuration, its sources') has since so long ago.
    std::optional<std::string> since;
    std::string archive;
};

// `fedmsgbot tail`: shows messages as they come, on standard output, each at once. Keeps no state, and takes nothing
// away from a bot: of a broker it gets copies by a queue of its own.
// Exit status: 0 when told to end (SIGINT, SIGTERM, nobody reads any more) and at the end of files; 1 when a source can
// never work again; 2 when something given cannot be used.
int tail_command(const TailOptions& options);

}  // namespace fedmsgbot
