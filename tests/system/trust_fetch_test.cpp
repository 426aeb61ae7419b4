// A CA and its list of revoked certificates from the web: a real HTTPS server of openssl's.
#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/certificates.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

json announcement(const std::string& text) {
    return {{"topic", topic}, {"msg_id", "2026-" + text}, {"timestamp", 1352920011}, {"msg", {{"message", text}}}};
}

// The environment of the programs that are started meanwhile.
class Trusted {
public:
    explicit Trusted(const std::string& authority) { setenv("SSL_CERT_FILE", authority.c_str(), 1); }
    ~Trusted() { unsetenv("SSL_CERT_FILE"); }
};

}  // namespace

TEST_CASE("CA and CRL come from the web in the background, and a start works from what was fetched before") {
    const TempFolder folder;
    Signers signers;
    signers.add("revoked");
    signers.revoke("revoked");
    const auto tls = make_certificates(folder.path(), "localhost");
    const Trusted environment(tls.authority.string());
    std::filesystem::create_directory(folder / "web");
    std::filesystem::copy_file(signers.ca(), folder / "web" / "ca.pem");
    std::filesystem::copy_file(signers.crl(), folder / "web" / "crl.pem");
    const auto port = free_port(), web = free_port();
    const auto serve = [&] {
        return std::make_unique<Process>(
            std::vector<std::string>{"openssl", "s_server", "-quiet", "-accept", std::to_string(web), "-cert",
                                     tls.certificate.string(), "-key", tls.key.string(), "-WWW"},
            Process::Options{{}, {}, folder / "web"});
    };
    BusPublisher bus;
    BotProcess bot(folder, fmt::format(R"(state_dir = "{0}"
[source.bus]
kind = "zmq"
endpoints = ["{1}"]
ca_url = "https://localhost:{2}/ca.pem"
crl_url = "https://localhost:{2}/crl.pem"
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{3}"
[[route]]
name = "all"
topics = ["#"]
to = ["timeline"]
)",
                                       (folder / "state").string(), bus.endpoint(), web, port));
    const auto shows = [&](const std::string& text) {
        return run({"curl", "-sS", fmt::format("http://127.0.0.1:{}/", port)}).output.find(text) != std::string::npos;
    };
    REQUIRE(bus.sees_subscriptions());
    bus.send(topic, signers.sign(announcement("early"), "koji-one"));
    REQUIRE(bot.process().says("trust.fetch_failed"));
    // Nothing goes on unverified; it waits.
    CHECK_FALSE(shows("early"));
    auto server = serve();
    REQUIRE(eventually([&] { return shows("early"); }, 60s));
    CHECK(bot.line_with("trust.fetched").find("crl.pem") != std::string::npos);
    auto summary = bot.stop();
    CHECK(count_in(summary, "genuine") == 1);
    CHECK(count_in(summary, "fetch_failures") >= 2);

    server.reset();
    bot.start();
    REQUIRE(bus.sees_subscriptions(2));
    bus.send(topic, signers.sign(announcement("forged"), "revoked"));
    bus.send(topic, signers.sign(announcement("later"), "koji-one"));
    REQUIRE(eventually([&] { return shows("later"); }));
    CHECK_FALSE(shows("forged"));
    summary = bot.stop();
    CHECK(count_in(summary, "suspect:the-certificate-is-revoked") == 1);
}
