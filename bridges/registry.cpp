#include "bridges/registry.h"

#include <algorithm>

#include "bridges/amqp/amqp_bridge.h"
#include "bridges/irc/irc_bridge.h"
#include "bridges/irc/irc_settings.h"
#include "bridges/microblog/mastodon_bridge.h"
#include "bridges/microblog/post_style.h"
#include "bridges/microblog/pumpio_bridge.h"
#include "bridges/microblog/statusnet_bridge.h"
#include "bridges/timeline/timeline_bridge.h"

namespace fedmsgbot {

namespace {

BridgeMaker read_irc(Table& table) {
    return [settings = read_irc_settings(table)](const BridgeContext& context) {
        return std::make_unique<IrcBridge>(context, settings);
    };
}

LineParts all(Table&) { return LineParts::all; }

}  // namespace

const std::vector<BridgeKind>& bridge_kinds() {
    using namespace std::chrono_literals;
    static const std::vector<BridgeKind> kinds = {
        {"amqp", Addressing::required, read_amqp_bridge, check_amqp_target, all, 1000, 0ms, 0ms},
        {"irc", Addressing::required, read_irc, check_irc_channel, irc_shows, 5, 2s, 2min},
        {"mastodon", Addressing::none, read_mastodon, nullptr, microblog_shows, mastodon_burst, mastodon_every, 1h,
         read_mastodon_desk},
        {"pumpio", Addressing::none, read_pumpio, nullptr, microblog_shows, pumpio_burst, pumpio_every, 1h,
         read_pumpio_desk},
        {"statusnet", Addressing::none, read_statusnet, nullptr, microblog_shows, statusnet_burst, statusnet_every, 1h,
         read_statusnet_desk},
        {"timeline", Addressing::none, read_timeline, nullptr, all, 256, 0ms, 0ms},
    };
    return kinds;
}

const BridgeKind* find_bridge_kind(std::string_view name) {
    const auto& kinds = bridge_kinds();
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const BridgeKind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

}  // namespace fedmsgbot
