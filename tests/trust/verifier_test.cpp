#include "bot/trust/verifier.h"

#include <functional>
#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/signers.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using nlohmann::json;
using testing::read_file;
using testing::Signers;
using testing::TempFolder;
using testing::write_file;
using namespace std::chrono_literals;

namespace {

const Signers& signers() {
    static const Signers all;
    return all;
}

Authority authority() { return Authority::load(signers().ca(), std::nullopt).value(); }

json body(int i = 1) {
    return {{"topic", "org.example.prod.log"}, {"i", i}, {"msg", {{"log", "hello"}}}, {"timestamp", 1352920011}};
}

std::string changed(const std::string& message, const std::function<void(json&)>& change) {
    auto all = json::parse(message);
    change(all);
    return all.dump();
}

}  // namespace

TEST_CASE("a message that the openssl command signed is valid, however its bytes were written") {
    Verifier verifier(authority(), RoutingPolicy());
    const auto message = signers().sign(body(), "koji-one");
    const auto verdict = verifier.verify(message, "org.example.prod.log");
    INFO(describe(verdict));
    CHECK(verdict.is_valid());
    CHECK(verdict.detail == "koji-one");
    CHECK(verifier.verify(changed(message, [](json&) {})).is_valid());
}

TEST_CASE("what was changed, taken from another or left out is told apart") {
    Verifier verifier(authority(), RoutingPolicy());
    const auto message = signers().sign(body(), "koji-one");
    const auto other = json::parse(signers().sign(body(), "bodhi-two"));
    const auto reason = [&](const std::function<void(json&)>& change) {
        return std::string(verifier.verify(changed(message, change)).reason);
    };
    CHECK(reason([](json& all) { all["msg"]["log"] = "bye"; }) == "the signature does not match the message");
    CHECK(reason([](json& all) { all["seq_id"] = 1; }) == "the signature does not match the message");
    CHECK(reason([&](json& all) { all["certificate"] = other["certificate"]; }) ==
          "the signature does not match the message");
    CHECK(reason([](json& all) { all.erase("certificate"); }) == "no certificate");
    CHECK(reason([](json& all) { all["signature"] = "aGVsbG8="; }) == "the signature has a wrong length");
    CHECK(reason([](json& all) { all["signature"] = "aGVsbG8"; }) == "the signature is not base64");
    CHECK(reason([](json& all) { all["certificate"] = "aGVsbG8="; }) == "the certificate cannot be read");
    CHECK(reason([](json& all) { all["certificate"] = std::string(Verifier::max_certificate_bytes + 1, 'A'); }) ==
          "the certificate is too long");
    CHECK(reason([](json& all) { all["crypto"] = "gpg"; }) ==
          "a gpg signature, which does not cover the topic, is never accepted");
    CHECK(verifier.verify(message, "org.example.prod.other").reason.starts_with("topic envelope mismatch"));
    CHECK(verifier.verify(body().dump()).kind == Verdict::Kind::unsigned_message);
}

TEST_CASE("SHA-256 is taken only where it is configured") {
    const auto message = signers().sign(body(), "koji-one", "-sha256");
    CHECK_FALSE(Verifier(authority(), RoutingPolicy()).verify(message).is_valid());
    Verifier either(authority(), RoutingPolicy(), Digests::sha1_and_sha256);
    CHECK(either.verify(message).is_valid());
    CHECK(either.verify(signers().sign(body(), "koji-one")).is_valid());
}

TEST_CASE("the policy names signers for whole topics, and nitpicky refuses all others") {
    const TempFolder folder;
    const auto policy = [&](const std::string& text, RoutingPolicy::Unlisted unlisted) {
        write_file(folder / "policy.json", text);
        return RoutingPolicy::load(folder / "policy.json", unlisted);
    };
    const auto message = signers().sign(body(), "koji-one");
    const auto verdict = [&](const std::string& text, RoutingPolicy::Unlisted unlisted) {
        return Verifier(authority(), policy(text, unlisted).value()).verify(message);
    };
    using enum RoutingPolicy::Unlisted;
    CHECK(verdict(R"({"org.example.prod.log":["bodhi-two","koji-one"]})", refused).is_valid());
    CHECK(verdict(R"({"org.example.prod.log":["bodhi-two"]})", allowed).reason ==
          "the policy does not let this signer send this topic");
    CHECK(verdict(R"({"org.example.prod":["bodhi-two"]})", allowed).is_valid());
    CHECK(verdict("{}", refused).reason == "the policy does not list the topic");
    CHECK_FALSE(policy(R"({"a":"koji-one"})", allowed));
    CHECK_FALSE(policy(R"({"a":[1]})", allowed));
    CHECK_FALSE(policy("[]", allowed));
    CHECK_FALSE(RoutingPolicy::load(folder / "absent", allowed));
}

TEST_CASE("a certificate is checked once, and again when a minute is over") {
    Verifier verifier(authority(), RoutingPolicy());
    const auto now = std::chrono::system_clock::now() + 1s;
    for (int i = 0; i < 3; ++i) CHECK(verifier.verify(signers().sign(body(i), "koji-one"), {}, now).is_valid());
    CHECK(verifier.chain_checks() == 1);
    const auto message = signers().sign(body(), "koji-one");
    CHECK(verifier.verify(message, {}, now + 1min).is_valid());
    CHECK(verifier.chain_checks() == 2);
    CHECK(verifier.verify(message, {}, now + 24h * 40).reason == "the certificate has expired");
    CHECK(verifier.verify(message, {}, now - 24h).reason == "the certificate is not valid yet");
}

TEST_CASE("files that are no CA and no CRL are problems that name them") {
    const TempFolder folder;
    write_file(folder / "text", "nothing\n");
    CHECK(describe(Authority::load(folder / "text", std::nullopt).problems().front()).find("text: ") !=
          std::string::npos);
    CHECK_FALSE(Authority::load(folder / "absent", std::nullopt));
    CHECK_FALSE(Authority::load(signers().ca(), folder / "absent"));
    CHECK_FALSE(Authority::load(signers().ca(), folder / "text"));
}
