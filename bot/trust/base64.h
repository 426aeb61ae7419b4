#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fedmsgbot {

// Base64 as the bus' reference decoder reads it, so that we take what it takes: every character outside the alphabet
// is passed over, and a complete pad ends the text. Nothing if the last group is not complete. Pure.
std::optional<std::string> decode_base64(std::string_view text);

// Base64 as the bus' senders write it: lines of 76 characters, each with a line end, the last one too. Pure.
std::string encode_base64(std::string_view bytes);

}  // namespace fedmsgbot
