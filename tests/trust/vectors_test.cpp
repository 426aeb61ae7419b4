#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/trust/canonical_json.h"
#include "bot/trust/envelope.h"
#include "bot/trust/verifier.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using nlohmann::json;
using testing::read_file;
using testing::TempFolder;
using testing::write_file;

namespace {

// What the reason must speak of, by the vector's name.
const std::map<std::string, std::string> reasons{
    {"reject-datagrepper-raw", "does not match"},
    {"reject-datagrepper-fixed-float", "does not match"},
    {"reject-tampered-body", "does not match"},
    {"reject-tampered-topic", "does not match"},
    {"reject-envelope-mismatch", "topic envelope mismatch"},
    {"reject-tampered-timestamp", "does not match"},
    {"reject-tampered-i", "does not match"},
    {"reject-tampered-username", "does not match"},
    {"reject-added-field", "does not match"},
    {"reject-removed-field", "does not match"},
    {"reject-removed-crypto-field", "does not match"},
    {"reject-int-became-float", "does not match"},
    {"reject-wrong-ca", "the certificate is not issued by the CA"},
    {"reject-wrong-ca-same-name", "the certificate is not issued by the CA"},
    {"reject-self-signed", "the certificate is self-signed"},
    {"reject-revoked", "the certificate is revoked"},
    {"reject-expired-cert", "the certificate has expired"},
    {"reject-not-yet-valid-cert", "the certificate is not valid yet"},
    {"reject-crl-expired", "the CRL has expired"},
    {"reject-crl-other-ca", "the CRL is not issued by the CA"},
    {"reject-policy-wrong-signer", "does not let this signer"},
    {"reject-nitpicky-unlisted-topic", "does not list the topic"},
    {"reject-unsigned", "unsigned: neither"},
    {"reject-no-signature", "unsigned: no signature"},
    {"reject-no-certificate", "no certificate"},
    {"reject-unknown-backend", "an unknown kind of signature"},
    {"reject-gpg-not-allowed", "gpg"},
    {"reject-truncated-signature", "a wrong length"},
    {"reject-empty-signature", "the signature is empty"},
    {"reject-null-signature", "the signature is no text"},
    {"reject-garbage-certificate", "the certificate cannot be read"},
    {"reject-pss-signature", "does not match"},
    {"reject-signed-wire-bytes", "does not match"},
    {"reject-other-cert-swapped", "does not match"},
    {"reject-certificate-is-ca", "the CA's own"},
    {"reject-not-json", "not a JSON object"},
    {"reject-json-string", "not a JSON object"},
    {"reject-json-array", "not a JSON object"},
};

struct Vectors {
    std::filesystem::path folder = testing::shared_folder() / "vectors";
    json all = json::parse(read_file(folder / "vectors.json"));

    Verifier verifier(const json& vector) const {
        json config = all["base_config"];
        config.update(all["configs"][vector["config"].get<std::string>()]);
        const TempFolder temporary;
        write_file(temporary / "policy.json", config["routing_policy"].dump());
        const auto unlisted =
            config["routing_nitpicky"] ? RoutingPolicy::Unlisted::refused : RoutingPolicy::Unlisted::allowed;
        std::optional<std::filesystem::path> crl;
        if (config["crl_location"].is_string()) crl = folder / config["crl_location"].get<std::string>();
        return {Authority::load(folder / "ca.crt", crl).value(),
                RoutingPolicy::load(temporary / "policy.json", unlisted).value()};
    }

    std::string body(const std::string& name) const { return read_file(folder / "msg" / (name + ".json")); }
};

bool are_absent() {
    const bool is_absent = !std::filesystem::exists(testing::shared_folder() / "vectors" / "vectors.json");
    if (is_absent) WARN("the shared vectors are absent: only this test's own messages were verified");
    return is_absent;
}

}  // namespace

TEST_CASE("every vector gets its verdict, its reason and its canonical bytes") {
    if (are_absent()) return;
    const Vectors vectors;
    for (const auto& vector : vectors.all["vectors"]) {
        const std::string name = vector["name"];
        INFO(name);
        const auto body = vectors.body(name);
        const auto verdict = vectors.verifier(vector).verify(body, vector["frame_topic"].get<std::string>());
        INFO(describe(verdict));
        CHECK(verdict.is_valid() == (vector["expect"] == "accept"));
        if (!verdict.is_valid()) {
            REQUIRE(reasons.contains(name));
            CHECK(verdict.reason.find(reasons.at(name)) != std::string_view::npos);
        }
        const bool is_unsigned = name == "reject-unsigned" || name == "reject-no-signature";
        CHECK((verdict.kind == Verdict::Kind::unsigned_message) == is_unsigned);
        if (!vector.contains("canonical_file") || vector["canonical_file"].is_null()) continue;
        const auto members = canonical_members(body);
        REQUIRE(members);
        const auto signed_bytes = read_file(vectors.folder / vector["canonical_file"].get<std::string>());
        CHECK(canonical_object(*members, {"signature", "certificate"}) == signed_bytes);
        Envelope envelope;
        REQUIRE(envelope.read(body) == "");
        CHECK(envelope.signed_bytes() == signed_bytes);
    }
}

TEST_CASE("the list of revoked certificates is read again when its file changes, at most once a second") {
    if (are_absent()) return;
    const Vectors vectors;
    const TempFolder folder;
    const auto crl = folder / "crl.pem";
    write_file(crl, read_file(vectors.folder / "crl-empty.pem"));
    Verifier verifier(Authority::load(vectors.folder / "ca.crt", crl).value(), RoutingPolicy());
    const auto body = vectors.body("reject-revoked");
    auto now = std::chrono::system_clock::now();
    CHECK(verifier.verify(body, {}, now).is_valid());
    write_file(crl, read_file(vectors.folder / "crl.pem"));
    CHECK(verifier.verify(body, {}, now).is_valid());
    now += std::chrono::seconds(1);
    CHECK(verifier.verify(body, {}, now).reason == "the certificate is revoked");
    // A broken file leaves the list that was read.
    write_file(crl, "half of a");
    now += std::chrono::seconds(1);
    CHECK(verifier.verify(body, {}, now).reason == "the certificate is revoked");
    CHECK(verifier.verify(vectors.body("accept-basic"), {}, now).is_valid());
}
