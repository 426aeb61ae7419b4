#pragma once

#include "bridges/registry.h"

namespace fedmsgbot {

// The kind `pumpio`: reads its table; the maker makes a Poster with pump.io's API and a ledger at
// state_dir/NAME.sqlite.
BridgeMaker read_pumpio(Table& table);
DeskMaker read_pumpio_desk(Table& table);

// A server has no limit of its own; its readers have.
inline constexpr int pumpio_burst = 10;
inline constexpr std::chrono::seconds pumpio_every{30};

}  // namespace fedmsgbot
