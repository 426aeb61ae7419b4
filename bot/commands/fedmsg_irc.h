#pragma once

#include <string>

#include "bot/commands/import_notes.h"
#include "bot/core/json.h"

namespace fedmsgbot {

// The bridges and routes that do what fedmsg-irc did by its configuration: `irc`, `irc_color_lookup`,
// `irc_default_color` and `irc_method`. It had a connection for each channel; here all channels of a network that were
// joined by one nick share one. Empty where no entry can be used.
struct FedmsgIrc {
    std::string bridges, routes;  // TOML
};
FedmsgIrc import_irc(JsonView config, ImportNotes& notes);

}  // namespace fedmsgbot
