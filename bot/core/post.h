#pragma once

#include <memory>
#include <string>
#include <utility>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "bot/core/receipt.h"

namespace fedmsgbot {

// One line for one target, with its share of the receipt: the unit that is queued, paced, retried and settled.
// Move-only, since its share is. The message and the line are shared with the posts for the other targets.
struct Post {
    Post(std::shared_ptr<const Message> message, std::shared_ptr<const Line> line, std::string address,
         SystemTime accepted_at, Share share)
        : message(std::move(message)),
          line(std::move(line)),
          address(std::move(address)),
          accepted_at(accepted_at),
          share(std::move(share)) {}

    std::shared_ptr<const Message> message;
    std::shared_ptr<const Line> line;
    std::string
        address;  // the target as its bridge knows it: `#fedora-fedmsg`; empty where a bridge has one place only
    SystemTime accepted_at;  // our clock, at acceptance: what max_age counts from
    Share share;
};

}  // namespace fedmsgbot
