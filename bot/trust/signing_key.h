#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/result.h"
#include "bot/trust/canonical_json.h"
#include "bot/trust/openssl_handles.h"

namespace fedmsgbot {

// A certificate of ours and its private key: signs as the senders of the bus do, RSASSA-PKCS1-v1_5 over SHA-1.
// The key never leaves it: of a file that holds certificate and key only the certificate is ever sent.
// Move-only; one thread.
class SigningKey {
public:
    // PEM files; the first certificate counts. Problems: a file that cannot be read, no RSA key, one with a password, a
    // key that is not the certificate's.
    static Result<SigningKey> load(const std::filesystem::path& cert_file, const std::filesystem::path& key_file);

    std::string sign(std::string_view bytes) const;                  // the bare signature
    const std::string& certificate() const { return certificate_; }  // PEM, as it goes into a message

private:
    SigningKey() = default;

    KeyHandle key_;
    std::string certificate_;
};

// The members of a message with `signature` and `certificate` beside them, sorted. Pure.
std::vector<CanonicalMember> with_credentials(std::vector<CanonicalMember> members, std::string_view signature,
                                              std::string_view certificate);

// A message, as its members, signed: with `crypto`, which is signed too, and its credentials.
std::vector<CanonicalMember> signed_members(std::vector<CanonicalMember> members, const SigningKey& key);

}  // namespace fedmsgbot
