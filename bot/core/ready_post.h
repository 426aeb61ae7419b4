#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// A post as one bot hands it to another over a broker: rendered and routed, only to be delivered.
struct ReadyPost {
    std::string target;  // as the bot that delivers it knows it: `libera/#fedora-fedmsg`
    std::shared_ptr<const Message> message;
    std::shared_ptr<const Line> line;
};

// The topic under which the journal keeps one; of our own, so that nobody can send one on the bus.
constexpr std::string_view ready_post_topic = "local.fedmsgbot.post";

}  // namespace fedmsgbot
