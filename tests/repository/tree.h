#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace fedmsgbot::testing {

// One file of the project, by its path from the root: `bot/core/text.h`.
struct TreeFile {
    std::string path;
    std::string text;

    bool is_in(const std::string& folder) const { return path.starts_with(folder); }
    bool ends_in(const std::string& ending) const { return path.ends_with(ending); }
    bool is_source() const { return ends_in(".h") || ends_in(".cpp"); }
    std::vector<std::string> lines() const;
};

// Every text file that belongs to the project, in order; build folders are none of it.
const std::vector<TreeFile>& project_files();

// What the file includes: in quotes, or in angle brackets.
std::vector<std::string> quoted_includes(const TreeFile& file);
std::vector<std::string> system_includes(const TreeFile& file);

}  // namespace fedmsgbot::testing
