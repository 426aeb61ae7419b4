#include "tests/repository/tree.h"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace {

// The top level is the customer's; what is not listed here is not part of the project.
const std::vector<std::string> top_level{
    "CMakeLists.txt", "bot",         "formatters", "bridges", "config",     "tests",
    "container",      "README.md",   "docs",       "run",     ".ci",        "CMakePresets.json",
    ".clang-format",  ".clang-tidy", "LICENSE",    ".git",    ".gitignore", "changes",
    "CHANGELOG.md",
};

bool is_build_folder(const std::string& name) { return name == "build" || name.starts_with("build-"); }

std::vector<TreeFile> read_project() {
    const auto root = source_folder();
    std::vector<TreeFile> files;
    const auto add = [&](const std::filesystem::path& path) {
        auto text = read_file(path);
        if (text.find('\0') == std::string::npos)
            files.push_back({path.lexically_relative(root).string(), std::move(text)});
    };
    for (const auto& name : top_level) {
        const auto path = root / name;
        if (name == ".git") continue;
        if (std::filesystem::is_regular_file(path)) add(path);
        if (!std::filesystem::is_directory(path)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file()) add(entry.path());
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

std::vector<std::string> includes(const TreeFile& file, char open, char close) {
    const std::string start = std::string("#include ") + open;
    std::vector<std::string> found;
    for (const auto& line : file.lines())
        if (line.starts_with(start))
            found.push_back(line.substr(start.size(), line.find(close, start.size()) - start.size()));
    return found;
}

}  // namespace

std::vector<std::string> TreeFile::lines() const {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

const std::vector<TreeFile>& project_files() {
    static const auto files = read_project();
    return files;
}

std::vector<std::string> quoted_includes(const TreeFile& file) { return includes(file, '"', '"'); }
std::vector<std::string> system_includes(const TreeFile& file) { return includes(file, '<', '>'); }

}  // namespace fedmsgbot::testing

using namespace fedmsgbot::testing;

TEST_CASE("the top level holds what the customer named and nothing else") {
    std::string strangers;
    for (const auto& entry : std::filesystem::directory_iterator(source_folder())) {
        const auto name = entry.path().filename().string();
        const bool is_known = std::find(top_level.begin(), top_level.end(), name) != top_level.end();
        if (!is_known && !is_build_folder(name) && name.front() != '.')  // editors keep hidden files
            strangers += name + "\n";
    }
    CHECK(strangers.empty());
    for (const auto* name : {"CMakeLists.txt", "README.md", "run", "bot/main.cpp", "config/reader.h"})
        CHECK(std::any_of(project_files().begin(), project_files().end(),
                          [&](const auto& file) { return file.path == name; }));
}
