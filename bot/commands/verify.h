#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fedmsgbot {

struct VerifyOptions {
    std::filesystem::path ca;
    std::optional<std::filesystem::path> crl;     // nothing is revoked where absent
    std::optional<std::filesystem::path> policy;  // a JSON object topic -> list of signers' names
    bool is_nitpicky = false;                     // refuse topics that the policy does not list
    bool accepts_sha256 = false;
    std::string frame_topic;                   // not compared where empty
    std::vector<std::filesystem::path> files;  // one body each; standard input where there is none
};

// `fedmsgbot verify`: the exact bytes of one message body a file; one line out for each, in order:
// `accept`, or `reject: reason`.
// Exit status: 0 if all are accepted; 1 if one is not; 2 when a file cannot be used.
int verify_command(const VerifyOptions& options);

}  // namespace fedmsgbot
