#pragma once

#include <filesystem>
#include <optional>

namespace fedmsgbot {

struct ImportFedmsgConfigOptions {
    std::filesystem::path file;  // `-`: standard input
    std::optional<std::filesystem::path> policy_out;
};

// `fedmsgbot import-fedmsg-config`: what `fedmsg-config` prints becomes a configuration of ours on standard output;
// what could not be carried over is told there, as comments, and on standard error. Exit status: 0; 2 when a file
// cannot be used.
int import_fedmsg_config_command(const ImportFedmsgConfigOptions& options);

}  // namespace fedmsgbot
