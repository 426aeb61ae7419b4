#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bot/core/file_stamp.h"

namespace fedmsgbot {

// A secret that an operator may replace while the bot runs: read again when its file has changed. A file that cannot
// be read, or is empty for a moment, leaves the last good one. One thread.
class SecretFile {
public:
    // `file`: where `value` was read; empty: it came from elsewhere and stays as it is.
    SecretFile(std::string value, std::filesystem::path file);

    // Valid until the next call.
    const std::string& value();

private:
    std::string value_;
    std::filesystem::path file_;
    std::optional<FileStamp> stamp_;  // of what was read last
};

}  // namespace fedmsgbot
