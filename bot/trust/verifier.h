#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bot/trust/authority.h"
#include "bot/trust/envelope.h"
#include "bot/trust/routing_policy.h"
#include "bot/trust/verdict.h"

namespace fedmsgbot {

// Verifies signed messages of a fedmsg bus, from the exact bytes of their bodies: envelope, certificate, signature,
// policy. No input makes it throw; what is not understood is invalid, with its reason.
// Certificates are parsed and checked once and remembered by their bytes. The check is made again when the CRL has
// changed, and each minute, so a certificate that ends is refused at most a minute late. Those that passed and those
// that did not are remembered apart, each bounded: strangers' certificates never drive out those of the bus.
// Move-only; one thread.
class Verifier {
public:
    static constexpr std::size_t max_certificate_bytes = 32 * 1024;
    static constexpr std::size_t max_passed = 1024, max_failed = 256;

    Verifier(Authority authority, RoutingPolicy policy, Digests digests = Digests::sha1);

    // `frame_topic` is the topic the transport gave; empty where there is none to compare.
    Verdict verify(std::string_view body, std::string_view frame_topic = {},
                   std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

    std::uint64_t chain_checks() const { return chain_checks_; }  // how often a certificate had to be looked at

private:
    struct Known {
        Signer signer;
        std::string_view objection;
        std::uint64_t generation;
        std::chrono::system_clock::time_point checked_at;
    };
    struct Hash {
        using is_transparent = void;
        // Certificates differ in the signature at their end. Who makes some that do not only meets the caches' bounds.
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text.substr(text.size() - std::min<std::size_t>(text.size(), 256)));
        }
    };
    // By the certificate's text as the canonical form writes it: of one text there is one such.
    using Cache = std::unordered_map<std::string, std::shared_ptr<const Known>, Hash, std::equal_to<>>;

    Verdict judge_form() const;
    // Null if it is no certificate.
    std::shared_ptr<const Known> known(const Envelope::Value& certificate, std::chrono::system_clock::time_point now);
    std::shared_ptr<const Known> remembered(Cache& cache, std::string_view certificate,
                                            std::chrono::system_clock::time_point now) const;

    Authority authority_;
    RoutingPolicy policy_;
    Digests digests_;
    Envelope envelope_;
    Cache passed_, failed_;
    std::uint64_t chain_checks_ = 0;
};

}  // namespace fedmsgbot
