#include "bot/trust/verifier.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "bot/core/text.h"
#include "bot/trust/base64.h"
#include "bot/trust/canonical_json.h"

namespace fedmsgbot {

namespace {

using Members = std::vector<CanonicalMember>;

const CanonicalMember* member(const Members& members, std::string_view key) {
    const auto at =
        std::lower_bound(members.begin(), members.end(), key,
                         [](const auto& candidate, std::string_view wanted) { return candidate.key < wanted; });
    return at != members.end() && at->key == key ? &*at : nullptr;
}

Verdict invalid(std::string_view reason, std::string_view detail = {}) {
    return {Verdict::Kind::invalid, reason, clean_line(detail, 200)};
}

// What keeps the message from being an x509 one at all; valid if nothing does.
Verdict judge_form(const Members& members) {
    const auto* crypto = member(members, "crypto");
    const auto* signature = member(members, "signature");
    const auto* certificate = member(members, "certificate");
    if (!signature)
        return {Verdict::Kind::unsigned_message,
                certificate || crypto ? "unsigned: no signature" : "unsigned: neither signature nor certificate",
                {}};
    if (crypto && crypto->text == "gpg")
        return invalid("a gpg signature, which does not cover the topic, is never accepted");
    if (crypto && crypto->text != "x509") return invalid("an unknown kind of signature", crypto->value);
    if (!signature->text) return invalid("the signature is no text");
    if (signature->text->empty()) return invalid("the signature is empty");
    if (!certificate) return invalid("no certificate");
    if (!certificate->text) return invalid("the certificate is no text");
    if (certificate->text->size() > Verifier::max_certificate_bytes) return invalid("the certificate is too long");
    return {Verdict::Kind::valid, {}, {}};
}

}  // namespace

Verifier::Verifier(Authority authority, RoutingPolicy policy, Digests digests)
    : authority_(std::move(authority)), policy_(std::move(policy)), digests_(digests) {}

Verdict Verifier::verify(std::string_view body, std::string_view frame_topic,
                         std::chrono::system_clock::time_point now) {
    const auto members = canonical_members(body);
    if (!members) return invalid("not a JSON object", members.problems().front().text);
    const auto* topic_member = member(*members, "topic");
    const auto topic = topic_member && topic_member->text ? std::string_view(*topic_member->text) : std::string_view();
    if (!frame_topic.empty() && topic != frame_topic)
        return invalid("topic envelope mismatch: the frame has another topic than the body", topic);
    if (auto form = judge_form(*members); !form.is_valid()) return form;

    authority_.refresh(now);
    const auto signer = known(*member(*members, "certificate")->text, now);
    if (!signer) return invalid("the certificate cannot be read");
    if (!signer->objection.empty()) return invalid(signer->objection, signer->signer.name());
    if (!signer->signer.has_rsa_key()) return invalid("the certificate has no RSA key", signer->signer.name());
    if (signer->signer.name().empty()) return invalid("the certificate names no signer");
    const auto signature = decode_base64(*member(*members, "signature")->text);
    if (!signature) return invalid("the signature is not base64");
    if (signature->size() != signer->signer.signature_bytes()) return invalid("the signature has a wrong length");
    if (!signer->signer.has_signed(canonical_object(*members, {"signature", "certificate"}), *signature, digests_))
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

std::shared_ptr<const Verifier::Known> Verifier::remembered(Cache& cache, const std::string& certificate,
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

std::shared_ptr<const Verifier::Known> Verifier::known(const std::string& certificate,
                                                       std::chrono::system_clock::time_point now) {
    for (auto* cache : {&passed_, &failed_})
        if (auto found = remembered(*cache, certificate, now)) return found;
    const auto pem = decode_base64(certificate);
    auto signer = pem ? Signer::parse(*pem) : std::nullopt;
    if (!signer) return nullptr;
    ++chain_checks_;
    const auto objection = authority_.objection(*signer, now);
    auto entry = std::make_shared<const Known>(Known{std::move(*signer), objection, authority_.generation(), now});
    auto& cache = objection.empty() ? passed_ : failed_;
    if (cache.size() >= (objection.empty() ? max_passed : max_failed)) cache.clear();
    cache.emplace(certificate, entry);
    return entry;
}

}  // namespace fedmsgbot
