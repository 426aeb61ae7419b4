#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

// An authority of a bus and its signers, whose keys, signatures and lists the openssl command makes: nothing of ours
// has a part in it. Throws where openssl fails.
class Signers {
public:
    Signers();  // koji-one and bodhi-two

    std::filesystem::path ca() const { return folder_ / "ca.crt"; }
    std::filesystem::path crl() const { return folder_ / "crl.pem"; }  // after the first revoke()

    std::filesystem::path certificate(const std::string& name) const { return folder_ / (name + ".crt"); }
    std::filesystem::path key(const std::string& name) const { return folder_ / (name + ".key"); }

    void add(const std::string& name);

    // As the bus does it; nlohmann writes sorted keys without blanks, which is canonical for plain content.
    std::string sign(nlohmann::json body, const std::string& name, const std::string& digest = "-sha1") const;

    // A new list, with `name` on it beside those that were: empty revokes nobody.
    void revoke(const std::string& name = {});

    // What the openssl command and Python's json module say of a signed message, who share no code with us: empty if
    // the signature is that of the message's own certificate over Python's canonical form, else what they complained
    // of.
    std::string independent_complaint(const std::string& message) const;

private:
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    TempFolder folder_;
};

}  // namespace fedmsgbot::testing
