#pragma once

#include <filesystem>
#include <string>

namespace fedmsgbot {

// `fedmsgbot run -c FILE`: the daemon. `at`: what its clock for people shows at the start, a time that clock_from
// takes. Exit status: 0 ended in order, 1 a part failed, 2 the configuration is wrong.
int run_command(const std::filesystem::path& configuration, const std::string& at = {});

}  // namespace fedmsgbot
