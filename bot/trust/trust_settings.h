#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "bot/core/arrival.h"

namespace fedmsgbot {

// What the operator may say of the signatures of one source. A CA, or a list of what it revoked, comes from a file or
// from a web address.
struct TrustSettings {
    Demand demand = Demand::ignore;
    std::optional<std::filesystem::path> ca_file;
    std::optional<std::filesystem::path> crl_file;     // left out, and no crl_url: nothing is revoked
    std::optional<std::filesystem::path> policy_file;  // left out: whoever has a certificate may sign any topic
    std::string ca_url, crl_url;                       // https; empty: none
    std::chrono::milliseconds fetch_every{std::chrono::hours(1)};
    bool is_nitpicky = false;
    bool accepts_sha256 = false;

    bool can_verify() const { return ca_file.has_value() || !ca_url.empty(); }
};

}  // namespace fedmsgbot
