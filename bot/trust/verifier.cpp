#include "bot/trust/verifier.h"

#include <utility>

#include "bot/core/text.h"
#include "bot/trust/base64.h"

namespace fedmsgbot {

namespace {

Verdict invalid(std::string_view reason, std::string_view detail = {}) {
    return {Verdict::Kind::invalid, reason, clean_line(detail, 200)};
}

}  // namespace

Verifier::Verifier(Authority authority, RoutingPolicy policy, Digests digests)
    : authority_(std::move(authority)), policy_(std::move(policy)), digests_(digests) {}

Verdict Verifier::verify(std::string_view body, std::string_view frame_topic,
                         std::chrono::system_clock::time_point now) {
    if (const auto hindrance = envelope_.read(body); !hindrance.empty()) return invalid("not a JSON object", hindrance);
    const auto topic = envelope_.topic.text();
    if (!frame_topic.empty() && topic != frame_topic)
        return invalid("topic envelope mismatch: the frame has another topic than the body", topic);
    if (auto form = judge_form(); !form.is_valid()) return form;

    authority_.refresh(now);
    const auto signer = known(envelope_.certificate, now);
    if (!signer) return invalid("the certificate cannot be read");
    if (!signer->objection.empty()) return invalid(signer->objection, signer->signer.name());
    if (!signer->signer.has_rsa_key()) return invalid("the certificate has no RSA key", signer->signer.name());
    if (signer->signer.name().empty()) return invalid("the certificate names no signer");
    const auto signature = decode_base64(envelope_.signature.text());
    if (!signature) return invalid("the signature is not base64");
    if (signature->size() != signer->signer.signature_bytes()) return invalid("the signature has a wrong length");
    if (!signer->signer.has_signed(envelope_.signed_bytes(), *signature, digests_))
        return invalid("the signature does not match the message", signer->signer.name());
    switch (policy_.ask(topic, signer->signer.name())) {
        case RoutingPolicy::Answer::allowed:
            break;
        case RoutingPolicy::Answer::wrong_signer:
            return invalid("the policy does not let this signer send this topic", signer->signer.name());
        case RoutingPolicy::Answer::unlisted_topic:
            return invalid("the policy does not list the topic", topic);
    }
    return {Verdict::Kind::valid, "signed", signer->signer.name()};
}

// What keeps the message from being an x509 one at all; valid if nothing does.
Verdict Verifier::judge_form() const {
    const auto &crypto = envelope_.crypto, &signature = envelope_.signature, &certificate = envelope_.certificate;
    if (signature.is_missing())
        return {Verdict::Kind::unsigned_message,
                certificate.is_missing() && crypto.is_missing() ? "unsigned: neither signature nor certificate"
                                                                : "unsigned: no signature",
                {}};
    if (crypto.written == "\"gpg\"")
        return invalid("a gpg signature, which does not cover the topic, is never accepted");
    if (!crypto.is_missing() && crypto.written != "\"x509\"")
        return invalid("an unknown kind of signature", crypto.written);
    if (!signature.is_text()) return invalid("the signature is no text");
    if (signature.written_text().empty()) return invalid("the signature is empty");
    if (certificate.is_missing()) return invalid("no certificate");
    if (!certificate.is_text()) return invalid("the certificate is no text");
    if (certificate.written_text().size() > max_certificate_bytes) return invalid("the certificate is too long");
    return {Verdict::Kind::valid, {}, {}};
}

std::shared_ptr<const Verifier::Known> Verifier::remembered(Cache& cache, std::string_view certificate,
                                                            std::chrono::system_clock::time_point now) const {
    const auto at = cache.find(certificate);
    if (at == cache.end()) return nullptr;
    const auto& entry = *at->second;
    const bool is_fresh = entry.generation == authority_.generation() && now >= entry.checked_at &&
                          now - entry.checked_at < std::chrono::minutes(1);
    if (is_fresh) return at->second;
    cache.erase(at);
    return nullptr;
}

std::shared_ptr<const Verifier::Known> Verifier::known(const Envelope::Value& certificate,
                                                       std::chrono::system_clock::time_point now) {
    for (auto* cache : {&passed_, &failed_})
        if (auto found = remembered(*cache, certificate.written_text(), now)) return found;
    const auto pem = decode_base64(certificate.text());
    auto signer = pem ? Signer::parse(*pem) : std::nullopt;
    if (!signer) return nullptr;
    ++chain_checks_;
    const auto objection = authority_.objection(*signer, now);
    auto entry = std::make_shared<const Known>(Known{std::move(*signer), objection, authority_.generation(), now});
    auto& cache = objection.empty() ? passed_ : failed_;
    if (cache.size() >= (objection.empty() ? max_passed : max_failed)) cache.clear();
    cache.emplace(certificate.written_text(), entry);
    return entry;
}

}  // namespace fedmsgbot
