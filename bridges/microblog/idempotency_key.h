#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// The same for every attempt with one message on one bridge, also after a restart, and for nothing else. Pure.
std::string idempotency_key(std::string_view bridge, std::string_view message_id);

}  // namespace fedmsgbot
