#include "bot/trust/signing_key.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "bot/trust/base64.h"
#include "bot/trust/verifier.h"
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/signers.h"

using namespace fedmsgbot;
using fedmsgbot::testing::read_file;
using fedmsgbot::testing::shared_folder;
using fedmsgbot::testing::Signers;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

const Signers& signers() {
    static const Signers all;
    return all;
}

std::string text_of(const std::vector<CanonicalMember>& members, std::string_view key) {
    const auto at = std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.key == key; });
    return at == members.end() ? "" : at->text.value_or("");
}

std::string sign(const std::string& message, const SigningKey& key) {
    return canonical_object(signed_members(canonical_members(message).value(), key));
}

}  // namespace

TEST_CASE("base64 is written in lines of 76, and read again it is the same") {
    CHECK(encode_base64("").empty());
    CHECK(encode_base64("h") == "aA==\n");
    CHECK(encode_base64("hell") == "aGVsbA==\n");
    CHECK(encode_base64("\xff\xfe\xfd") == "//79\n");
    for (std::size_t size = 1; size < 300; ++size) {
        std::string bytes;
        for (std::size_t n = 0; n < size; ++n) bytes += static_cast<char>(n * 37 + size);
        const auto text = encode_base64(bytes);
        REQUIRE(decode_base64(text) == bytes);
        REQUIRE(text.back() == '\n');
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            REQUIRE(end - at <= 76);
            REQUIRE((end - at == 76 || end + 1 == text.size()));
            at = end + 1;
        }
    }
}

TEST_CASE("what we sign is accepted by our verifier, by Python's json and by the openssl command") {
    const auto key = SigningKey::load(signers().certificate("koji-one"), signers().key("koji-one")).value();
    Verifier verifier(Authority::load(signers().ca(), std::nullopt).value(), RoutingPolicy());
    const std::vector<std::string> payloads{
        R"({"log": "hello"})",
        R"({"z": 1, "a": [1.0, -0.0, 1e400, 1e-5, 100000000000000000000000], "\uffee": 1, "\ud83d\ude00": "\u00e9\ud800\"\\/\n"})",
        R"("text")", R"({"b": {}, "a": [], "c": null, "d": [true, false]})"};
    for (const auto& payload : payloads) {
        const auto message =
            sign(R"({"topic": "org.example.prod.a", "i": 1, "timestamp": 1352920011, "msg": )" + payload + "}", key);
        INFO(message);
        const auto verdict = verifier.verify(message, "org.example.prod.a");
        INFO(describe(verdict));
        CHECK(verdict.is_valid());
        CHECK(signers().independent_complaint(message).empty());
    }
}

TEST_CASE("of a file that holds certificate and key only the certificate is sent") {
    const TempFolder folder;
    const auto both = folder / "both.pem";
    write_file(both, read_file(signers().key("koji-one")) + read_file(signers().certificate("koji-one")));
    const auto key = SigningKey::load(both, both);
    REQUIRE(key);
    CHECK(key->certificate() == read_file(signers().certificate("koji-one")));
    CHECK(key->certificate().find("PRIVATE") == std::string::npos);
}

TEST_CASE("what cannot sign is refused with its file") {
    const TempFolder folder;
    const auto certificate = signers().certificate("koji-one"), key = signers().key("koji-one");
    const auto why = [](const auto& cert_file, const auto& key_file) {
        const auto loaded = SigningKey::load(cert_file, key_file);
        return loaded ? std::string() : describe(loaded.problems());
    };
    const auto absent = (folder / "absent").string();
    CHECK(why(absent, absent) == absent + ": No such file or directory\n" + absent + ": No such file or directory\n");
    CHECK_THAT(why(certificate, certificate), Catch::Contains("no private key"));
    CHECK_THAT(why(key, key), Catch::Contains("no certificate"));
    CHECK_THAT(why(certificate, signers().key("bodhi-two")), Catch::Contains("not the key of the certificate"));
    const auto elliptic = testing::make_certificates(folder.path(), "example.org");
    CHECK_THAT(why(elliptic.certificate, elliptic.key), Catch::Contains("not an RSA key"));
    const auto locked = (folder / "locked").string();
    testing::run({"openssl", "rsa", "-in", key.string(), "-aes128", "-passout", "pass:secret", "-out", locked});
    CHECK_THAT(why(certificate, locked), Catch::Contains("without a password"));
}

TEST_CASE("credentials are written as Python's fedmsg writes them, byte for byte") {
    const auto folder = shared_folder() / "vectors";
    if (!std::filesystem::exists(folder / "vectors.json")) {
        WARN("the shared vectors are absent: only this test's own signatures were compared");
        return;
    }
    for (const std::string name : {"accept-basic", "accept-escapes", "accept-msg-string", "accept-nan-infinity"}) {
        INFO(name);
        const auto wire = read_file(folder / "msg" / (name + ".json"));
        const auto sent = canonical_members(wire).value();
        const auto signature = decode_base64(text_of(sent, "signature")).value();
        const auto certificate = decode_base64(text_of(sent, "certificate")).value();
        auto bare = canonical_members(canonical_object(sent, {"signature", "certificate"})).value();
        CHECK(canonical_object(bare) == read_file(folder / "canon" / (name + ".bin")));
        CHECK(canonical_object(with_credentials(std::move(bare), signature, certificate)) == wire);
    }
}
