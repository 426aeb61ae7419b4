#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/trust/openssl_handles.h"

namespace fedmsgbot {

enum class Digests { sha1, sha1_and_sha256 };  // sha1: what the bus signs with, hard-coded by its senders

// A certificate of a message: parsed once, its key made ready once. Says nothing about whether it can be trusted:
// that is the Authority's. Move-only; one thread.
class Signer {
public:
    // The first certificate in a PEM text; what stands before and behind it is ignored. Nothing if there is none.
    static std::optional<Signer> parse(std::string_view pem);

    // The first common name of the subject; empty where it has none.
    const std::string& name() const { return name_; }
    X509* certificate() const { return certificate_.get(); }
    bool has_rsa_key() const { return sha1_ != nullptr; }
    std::size_t signature_bytes() const;  // the only length that a signature of its key has

    // Whether `signature` is this signer's over `bytes`, by RSASSA-PKCS1-v1_5.
    bool has_signed(std::string_view bytes, std::string_view signature, Digests digests) const;

private:
    Signer() = default;

    CertificateHandle certificate_;
    std::string name_;
    KeyContextHandle sha1_, sha256_;
    DigestContextHandle digest_;  // used again and again
};

}  // namespace fedmsgbot
