#pragma once

#include "bridges/registry.h"

namespace fedmsgbot {

// The kind `statusnet`: reads its table; the maker makes a Poster with StatusNet's API and a ledger at
// state_dir/NAME.sqlite.
BridgeMaker read_statusnet(Table& table);
DeskMaker read_statusnet_desk(Table& table);

// Where a server counts at all, it allows 20 notices in ten minutes.
inline constexpr int statusnet_burst = 10;
inline constexpr std::chrono::seconds statusnet_every{60};

}  // namespace fedmsgbot
