#pragma once

#include "bridges/registry.h"

namespace fedmsgbot {

// The kind `mastodon`: reads its table; the maker makes a Poster with Mastodon's API and a ledger at
// state_dir/NAME.sqlite.
BridgeMaker read_mastodon(Table& table);

// For `login` and `check --online`.
DeskMaker read_mastodon_desk(Table& table);

// Mastodon allows 300 posts in three hours: a few at once, then one each 36 seconds.
inline constexpr int mastodon_burst = 10;
inline constexpr std::chrono::seconds mastodon_every{36};

}  // namespace fedmsgbot
