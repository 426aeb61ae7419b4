#pragma once

#include <string>
#include <vector>

#include "bot/core/json.h"

namespace fedmsgbot {

// A configuration of fedmsg as one of ours.
struct ImportedConfig {
    std::string toml;
    std::string policy;              // the routing policy, as JSON; empty where there is none
    std::vector<std::string> notes;  // what was not carried over, or with a difference: `key: why`, also in `toml`
};

// `config` is what `fedmsg-config` prints. Whatever it says, `toml` is a configuration without a mistake: what cannot
// be carried over is left out and told. `policy_file` is where the policy will be; empty: nowhere.
ImportedConfig import_config(JsonView config, const std::string& policy_file);

}  // namespace fedmsgbot
