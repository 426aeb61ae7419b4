#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace fedmsgbot {

struct FormatOptions {
    bool as_json = false;
    std::vector<std::filesystem::path> rules;       // folders that come before the shipped rules
    std::optional<std::filesystem::path> accounts;  // a JSON object nick or e-mail -> account name
    std::optional<std::filesystem::path> file;      // standard input where absent
};

// `fedmsgbot format`: messages, one JSON a line; one line out for each, in order, always.
// Exit status: 0; 1 when a line was no message (its line says so); 2 when a file or a rule cannot be used.
int format_command(const FormatOptions& options);

}  // namespace fedmsgbot
