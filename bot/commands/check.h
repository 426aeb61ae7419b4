#pragma once

#include <filesystem>

namespace fedmsgbot {

// `fedmsgbot check -c FILE`: reads the configuration, the rules and the rules' own examples. Prints all problems and
// gives 2, or a short description of what would run and gives 0. Opens and connects nothing.
int check_command(const std::filesystem::path& configuration);

// `fedmsgbot check --online -c FILE`: the same, and then asks each bridge's other side whether posts would arrive.
// Prints what it found; gives 1 where one would not.
int check_online_command(const std::filesystem::path& configuration);

}  // namespace fedmsgbot
