#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bot/trust/trust_settings.h"

namespace fedmsgbot {

struct VerifyOptions {
    TrustSettings trust;                       // its ca_file is given
    std::string frame_topic;                   // not compared where empty
    std::vector<std::filesystem::path> files;  // one body each; standard input where there is none
};

// `fedmsgbot verify`: the exact bytes of one message body a file; one line out for each, in order:
// `accept`, or `reject: reason`.
// Exit status: 0 if all are accepted; 1 if one is not; 2 when a file cannot be used.
int verify_command(const VerifyOptions& options);

}  // namespace fedmsgbot
