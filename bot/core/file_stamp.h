#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace fedmsgbot {

// What tells one state of a file from another without reading it. A value.
struct FileStamp {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const FileStamp&) const = default;
};

// Nothing where the file is not there or cannot be looked at.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

}  // namespace fedmsgbot
