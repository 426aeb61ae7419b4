#pragma once

#include <string>

namespace fedmsgbot {

// A new random UUID (RFC 9562, version 4): 36 characters, lower case. Any thread.
std::string random_uuid();

}  // namespace fedmsgbot
