#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "bot/commands/child.h"

namespace fedmsgbot {

// Returns when the server takes connections on that port of loopback. Throws, with its name and the end of its own log,
// when it does not within `most`, or has ended.
void await_server(std::string_view name, Child& server, std::uint16_t port, const std::filesystem::path& log,
                  std::chrono::milliseconds most);

}  // namespace fedmsgbot
