#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// The bytes as a gzip file (RFC 1952).
std::string gzip(std::string_view bytes);

}  // namespace fedmsgbot
