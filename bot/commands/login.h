#pragma once

#include <filesystem>
#include <string>

namespace fedmsgbot {

// `fedmsgbot login BRIDGE -c FILE`: registers the program with the bridge's server, prints the address where the
// account's owner allows it, reads the code from standard input, and keeps what it got in the files that the
// configuration names. Opens no browser; prints no secret. Gives 1 where the server or the files do not let it, 2 where
// it was asked wrongly.
int login_command(const std::filesystem::path& configuration, const std::string& bridge);

}  // namespace fedmsgbot
