#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fedmsgbot {

// Base64 (RFC 4648) as protocols carry it: on one line, padded. What the bus' signatures are written in, with lines and
// lenient, is bot/trust/base64.h. Pure.
std::string to_base64(std::string_view bytes);

// Nothing for what is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace fedmsgbot
