#pragma once

#include <filesystem>
#include <optional>

#include "bot/core/result.h"
#include "bot/trust/verifier.h"

namespace fedmsgbot {

// What a command line says of whom to trust.
struct VerifierOptions {
    std::filesystem::path ca;
    std::optional<std::filesystem::path> crl;     // nothing is revoked where absent
    std::optional<std::filesystem::path> policy;  // a JSON object topic -> list of signers' names
    bool is_nitpicky = false;                     // refuse topics that the policy does not list
    bool accepts_sha256 = false;
};

// Problems: each file that cannot be used.
Result<Verifier> make_verifier(const VerifierOptions& options);

}  // namespace fedmsgbot
