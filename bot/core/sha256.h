#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace fedmsgbot {

using Sha256 = std::array<unsigned char, 32>;

// Of the parts as if they were one text. Cheap enough to ask for each message; throws std::runtime_error where OpenSSL
// has no SHA-256. Any thread.
Sha256 sha256(std::initializer_list<std::string_view> parts);

std::string hexadecimal(std::span<const unsigned char> bytes);  // lower case

}  // namespace fedmsgbot
