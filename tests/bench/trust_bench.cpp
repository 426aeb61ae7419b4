// How many signed messages a second one core verifies with a warm cache of certificates, and how fast the canonical
// form is made. Prints rows of a Markdown table, with OpenSSL's own figure for the bare RSA operation below them.
#include <cstdio>
#include <stdexcept>
#include <string>

#include <sys/resource.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/trust/canonical_json.h"
#include "bot/trust/verifier.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

using namespace fedmsgbot;

namespace {

// Of this process and without the system's share, so that what else the machine does is not counted: what `openssl
// speed` counts too.
double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

template <class Work>
double seconds_each(Work&& work) {
    work();  // a warm cache
    // In batches: to ask for the time takes a microsecond.
    constexpr int batch = 100;
    int count = 0;
    const auto start = processor_seconds();
    for (; processor_seconds() - start < 2; count += batch)
        for (int n = 0; n < batch; ++n) work();
    return (processor_seconds() - start) / count;
}

std::string must_run(std::vector<std::string> command) {
    const auto finished = testing::run(std::move(command));
    if (finished.status != 0) throw std::runtime_error(finished.errors);
    return finished.output;
}

std::string signed_message(const testing::TempFolder& folder) {
    const auto path = [&](const char* name) { return (folder / name).string(); };
    must_run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=CA", "-keyout", path("ca.key"),
              "-out", path("ca.crt")});
    must_run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=signer", "-keyout", path("key"),
              "-out", path("crt"), "-CA", path("ca.crt"), "-CAkey", path("ca.key")});
    nlohmann::json body = {
        {"topic", "org.example.prod.git.receive"}, {"i", 1}, {"crypto", "x509"}, {"timestamp", 1352}};
    for (int n = 0; n < 20; ++n) body["msg"][fmt::format("field {}", n)] = "what a message of some length says";
    testing::write_file(folder / "signed", body.dump());
    must_run({"openssl", "dgst", "-sha1", "-sign", path("key"), "-out", path("signature"), path("signed")});
    body["signature"] = must_run({"openssl", "base64", "-in", path("signature")});
    body["certificate"] = must_run({"openssl", "base64", "-in", path("crt")});
    return body.dump();
}

}  // namespace

int main() {
    const testing::TempFolder folder;
    const auto message = signed_message(folder);
    Verifier verifier(Authority::load(folder / "ca.crt", std::nullopt).value(), RoutingPolicy());
    if (!verifier.verify(message).is_valid()) {
        fmt::print(stderr, "the message is not valid: nothing was measured\n");
        return 1;
    }
    const auto verify = seconds_each([&] { (void)verifier.verify(message); });
    const auto canonical = seconds_each([&] { (void)canonical_json(message); });
    // The last line of its output: `rsa 2048 bits 0.000522s 0.000015s 1915.2 66324.5`.
    const auto speed = must_run({"openssl", "speed", "-seconds", "2", "rsa2048"});
    const auto openssl = std::stod(speed.substr(speed.find_last_of(' ')));
    fmt::print("| trust | figure |\n|---|---|\n");
    fmt::print("| verified messages of {} bytes | {:.0f} /s |\n", message.size(), 1 / verify);
    fmt::print("| openssl speed rsa2048, verify | {:.0f} /s |\n", openssl);
    fmt::print("| ours of openssl's | {:.0f} % |\n", 100 / verify / openssl);
    fmt::print("| canonical form | {:.0f} MB/s |\n", static_cast<double>(message.size()) / canonical / 1e6);
}
