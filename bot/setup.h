#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "bot/archive/archive_client.h"
#include "bot/archive/catch_up_settings.h"
#include "bot/core/result.h"
#include "bot/flow/outbox.h"
#include "bot/flow/router.h"
#include "bot/source/outages.h"
#include "bot/source/source.h"
#include "bot/trust/trust_settings.h"
#include "bridges/registry.h"
#include "config/settings.h"
#include "formatters/rulebook.h"

namespace fedmsgbot {

// A source that was configured and found good.
struct SourcePlan {
    std::string name;
    std::string kind;
    using Maker = std::function<std::unique_ptr<Source>(boost::asio::any_io_executor, Source::Interest, Outages*)>;
    Maker make;
    Maker watch{};  // the same messages, of which nobody loses one: by a queue of its own where the bot has one
    std::vector<std::string> posts{};  // the targets whose ready posts it gives; empty: it gives messages of the bus
    TrustSettings trust{};
    std::vector<std::string> ignored{};  // what another program's configuration says and means nothing to us
    // For a source that can miss something.
    bool has_outages = false;
    bool keeps_messages = false;  // not while the bot is away: then somebody collects them
    CatchUpSettings catch_up{};
    ArchiveShape archive_shape = ArchiveShape::fedora_messaging;  // asked for first
    std::function<bool(std::string_view topic)> subscribes{};
};

// A bridge that was configured and found good, with the targets that routes send to it.
struct BridgePlan {
    std::string name;
    std::string kind;
    BridgeMaker make;
    LineParts shows;
    int burst;
    Pacer::Duration every;
    OutboxSettings outbox;
    std::vector<RateLimit> budget;
    std::vector<std::string> targets;    // `libera/#fedora-fedmsg`
    std::vector<std::string> addresses;  // `#fedora-fedmsg`
};

// Everything that a configuration file asks for, read and checked; nothing is open or running yet.
struct Setup {
    Settings settings;
    std::vector<SourcePlan> sources;
    std::vector<BridgePlan> bridges;
    Router router;
    Rulebook rulebook;
    Problems missing;            // what this machine lacks: secrets, rule folders
    Problems doubts{};           // what is allowed and seldom meant
    std::string timeline_url{};  // what readers call the timeline; empty where none says so

    // What the bridges and routes together need of a line.
    LineParts parts() const;
};

// Problems: all mistakes of the configuration and of the rules it names, each with its place; also of the rules'
// examples where these are checked.
Result<Setup> read_setup(const std::filesystem::path& file, Rulebook::Examples examples = Rulebook::Examples::skipped);

// The same from a text; `name` stands for the file in problems.
Result<Setup> read_setup(std::string_view text, std::string name);

// One source, from the text of its table without the header.
Result<SourcePlan> read_source(std::string_view text, std::string name);

}  // namespace fedmsgbot
