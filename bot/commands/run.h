#pragma once

#include <filesystem>

namespace fedmsgbot {

// `fedmsgbot run -c FILE`: the daemon. Exit status: 0 ended in order, 1 a part failed, 2 the configuration is wrong.
int run_command(const std::filesystem::path& configuration);

}  // namespace fedmsgbot
