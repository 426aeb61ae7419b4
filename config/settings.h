#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "bot/core/log.h"
#include "bot/flow/route.h"
#include "bot/publish/publisher_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// What a configuration file says, but for what only a kind of source or bridge understands: their tables are passed on
// to them, in the order of the file.
struct Settings {
    struct NamedTable {
        std::string name;  // `libera`, from [bridge.libera]
        std::string kind;  // `irc`
        Table table;       // its other keys are not read yet
    };

    std::filesystem::path state_dir;
    std::vector<std::filesystem::path> rules;  // folders that are there, searched before the shipped rules
    std::chrono::milliseconds grace{10000};    // for what is under way when the bot is told to end
    log::Level log_level = log::Level::info;
    std::vector<NamedTable> sources;
    std::vector<NamedTable> bridges;
    std::vector<RouteSettings> routes;
    PublisherSettings publish;  // for `fedmsgbot publish`
};

// Mistakes go to the table's problems, folders of rules that are not there to what is missing; a source or bridge
// without a kind is told and left out.
Settings read_settings(Table& root);

// What every bridge's table may say beside its kind's own keys.
struct OutboxKeys {
    int burst;
    std::chrono::milliseconds every;
    std::chrono::milliseconds max_age;  // zero: never too old
    std::size_t max_posts;
    std::chrono::milliseconds backlog;  // how long a line may wait for its turn; zero: for ever
    bool tell_expired;                  // posts that max_age gives up are told in one line
    std::vector<RateLimit> budget{};    // none: no limit by the hour or the day
};

// `burst`, `every` and `backlog` are the kind's defaults.
OutboxKeys read_outbox_keys(Table& bridge, int burst, std::chrono::milliseconds every,
                            std::chrono::milliseconds backlog = {});

}  // namespace fedmsgbot
