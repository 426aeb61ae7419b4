#include "bridges/microblog/idempotency_key.h"

#include <span>

#include "bot/core/sha256.h"

namespace fedmsgbot {

std::string idempotency_key(std::string_view bridge, std::string_view message_id) {
    const auto digest = sha256({bridge, "\n", message_id});
    return "fedmsgbot-" + hexadecimal(std::span(digest).first(16));
}

}  // namespace fedmsgbot
