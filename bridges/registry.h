#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "bot/core/inquiries.h"
#include "bot/core/line.h"
#include "bot/core/topic_entry.h"
#include "bot/flow/pacer.h"
#include "bridges/bridge.h"
#include "bridges/desk.h"
#include "config/reader.h"

namespace fedmsgbot {

// What a bridge is given to live on. The pacer outlives it.
struct BridgeContext {
    boost::asio::any_io_executor executor;
    std::string name;                    // `libera`, from [bridge.libera]
    std::filesystem::path state_dir;     // for a file of its own: state_dir/NAME.sqlite
    std::vector<std::string> addresses;  // all that routes name, for channels to join
    Pacer& pacer;
    TopicSource topics = {};         // what the rules know now, for who shows it; may be empty
    Inquiries* inquiries = nullptr;  // what may be asked of the bot, and where a bridge adds what it can tell; or null
};

// Makes a bridge of settings that were already read and found good.
using BridgeMaker = std::function<std::unique_ptr<Bridge>(const BridgeContext&)>;

// How a target of this kind is written in a route.
enum class Addressing {
    required,  // `libera/#channel`
    none,      // `timeline`
};

// A kind of bridge, as [bridge.NAME] `kind = "..."` names it.
struct BridgeKind {
    std::string_view name;
    Addressing addressing;
    // Reads the table's keys; mistakes go to the table's problems.
    BridgeMaker (*read)(Table& table);
    // What is wrong with an address, or empty. Null where addressing is none.
    std::string (*check_address)(std::string_view address);
    // What it needs of a line; asked before `read`, of the same table.
    LineParts (*shows)(Table& table);
    // Pace for a kind that has no `pace` key in its table. Burst, every.
    int burst;
    Pacer::Duration every;
    // How long a post may wait for its turn before what comes is told in fewer lines, where the table has no `backlog`.
    // Zero: for ever.
    Pacer::Duration backlog;
    // For `login` and `check --online`: reads the same table again, once `read` has found no mistake in it. Null where
    // nothing can be asked.
    DeskMaker (*desk)(Table& table) = nullptr;
};

// All kinds: a visible table, since registration from constructors is dropped by the linker. A new bridge is a folder
// and a line here.
const std::vector<BridgeKind>& bridge_kinds();

// Null for a kind that is not there.
const BridgeKind* find_bridge_kind(std::string_view name);

}  // namespace fedmsgbot
