// The whole road with the real binary: a recorded file through the journal into a real ngircd and the timeline, also of
// signed messages, with signatures required and with nobody looking; memory idle and with a million messages pending;
// the time to the first subscription. Prints a table; asserts nothing about time.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <nlohmann/json.hpp>

#include "bot/trust/canonical_json.h"
#include "bot/trust/openssl_handles.h"
#include "formatters/rulebook.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void write_messages(const std::filesystem::path& path, std::size_t count) {
    const auto examples = Rulebook::load({})->example_messages();
    std::ofstream out(path);
    for (std::size_t i = 0; i < count; ++i) {
        auto json = nlohmann::json::parse(examples[i % examples.size()]);
        json.erase("id");
        json["msg_id"] = fmt::format("bench-{}", i);
        out << json.dump() << '\n';
    }
}

long resident_megabytes(pid_t process) {
    std::istringstream status(read_file(fmt::format("/proc/{}/status", process)));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6)) / 1024;
    return -1;
}

std::string configuration(const TempFolder& folder, const std::string& source, std::uint16_t irc, bool with_timeline) {
    return fmt::format(R"(state_dir = "{}"
[source.bus]
{}
[bridge.net]
kind = "irc"
server = "127.0.0.1"
port = {}
tls = false
nick = "bench"
flood_exempt = true
[bridge.timeline]
kind = "timeline"
listen = "127.0.0.1:{}"
[[route]]
name = "all"
topics = ["#"]
to = [{}"net/#bench"]
)",
                       (folder / "state").string(), source, irc, free_port(), with_timeline ? "\"timeline\", " : "");
}

std::string file_source(const std::filesystem::path& path) {
    return fmt::format("kind = \"file\"\npath = \"{}\"", path.string());
}

void row(std::string_view what, double value, std::string_view unit) {
    fmt::print("{:<62} {:>12.1f} {}\n", what, value, unit);
}

void measure_throughput(std::size_t count) {
    const TempFolder folder;
    write_messages(folder / "messages.jsonl", count);
    Ngircd server;
    // Somebody must listen: ngircd punishes a sender for each line that reaches nobody.
    const IrcReader reader(server.port(), "#bench");
    BotProcess bot(folder, configuration(folder, file_source(folder / "messages.jsonl"), server.port(), true));
    const auto start = Clock::now();
    bot.process().wait(std::chrono::minutes(5));
    row(fmt::format("whole road, {} messages into ngircd and the timeline", count),
        static_cast<double>(count) / seconds_since(start), "messages/s");
    fmt::print("  {}\n", bot.line_with("summary "));
}

// As the bus signs; the command would take minutes for so many.
class QuickSigner {
public:
    explicit QuickSigner(const Signers& signers) : certificate_(encoded(read_file(signers.certificate("koji-one")))) {
        const auto pem = read_file(signers.key("koji-one"));
        const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
        key_.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
    }

    std::string sign(nlohmann::json body) const {
        body["crypto"] = "x509";
        const auto bytes = canonical_json(body.dump()).value();
        const std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
        std::string signature(1024, '\0');
        auto length = signature.size();
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key_.get());
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        signature.resize(length);
        body["signature"] = encoded(signature);
        body["certificate"] = certificate_;
        return body.dump();
    }

private:
    static std::string encoded(const std::string& bytes) {
        std::string out(bytes.size() / 3 * 4 + 5, '\0');
        const auto length =
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                            reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
        out.resize(static_cast<std::size_t>(length));
        return out;
    }

    std::string certificate_;
    std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>> key_;
};

void measure_trust(std::size_t count) {
    const TempFolder folder;
    const Signers signers;
    const QuickSigner signer(signers);
    write_messages(folder / "plain.jsonl", count);
    {
        std::ifstream in(folder / "plain.jsonl");
        std::ofstream out(folder / "messages.jsonl");
        for (std::string line; std::getline(in, line);) out << signer.sign(nlohmann::json::parse(line)) << '\n';
    }
    const auto rate = [&](const std::string& trust) {
        const TempFolder state;
        Ngircd server;
        const IrcReader reader(server.port(), "#bench");
        const auto source = fmt::format("{}\nca_file = \"{}\"\ntrust = \"{}\"", file_source(folder / "messages.jsonl"),
                                        signers.ca().string(), trust);
        BotProcess bot(state, configuration(state, source, server.port(), true));
        const auto start = Clock::now();
        bot.process().wait(std::chrono::minutes(5));
        return static_cast<double>(count) / seconds_since(start);
    };
    // Each after the other, so that what else the machine does hits both; the best of each counts.
    double ignored = 0, required = 0;
    for (int run = 0; run < 3; ++run) {
        ignored = std::max(ignored, rate("ignore"));
        required = std::max(required, rate("require"));
    }
    row(fmt::format("whole road, {} signed messages, nobody looks", count), ignored, "messages/s");
    row(fmt::format("whole road, {} signed messages, signatures required", count), required, "messages/s");
    row("  of the rate without", 100 * required / ignored, "%");
}

void measure_memory(std::size_t count) {
    const TempFolder folder;
    const auto nobody = free_port();
    {
        BotProcess idle(
            folder,
            configuration(folder, fmt::format("kind = \"zmq\"\nendpoints = [\"tcp://127.0.0.1:{}\"]", free_port()),
                          nobody, true));
        idle.process().says("bot.started");
        row("memory, idle", static_cast<double>(resident_megabytes(idle.process().id())), "MB");
    }
    write_messages(folder / "messages.jsonl", count);
    BotProcess bot(folder, configuration(folder, file_source(folder / "messages.jsonl"), nobody, false));
    bot.process().says("source.ended", std::chrono::minutes(10));
    row(fmt::format("memory, {} messages pending", count), static_cast<double>(resident_megabytes(bot.process().id())),
        "MB");
    bot.kill();
}

void measure_start() {
    std::vector<double> times;
    for (int run = 0; run < 9; ++run) {
        const TempFolder folder;
        BusPublisher bus;
        const auto start = Clock::now();
        BotProcess bot(folder,
                       configuration(folder, fmt::format("kind = \"zmq\"\nendpoints = [\"{}\"]", bus.endpoint()),
                                     free_port(), true));
        bus.sees_subscriptions();
        times.push_back(seconds_since(start) * 1000);
    }
    std::sort(times.begin(), times.end());
    row("start of the process to its first subscription, median of 9", times[times.size() / 2], "ms");
}

}  // namespace

int main(int argc, char** argv) {
    const auto scale = argc > 1 ? std::stoul(argv[1]) : 1;
    measure_start();
    measure_throughput(20000 * scale);
    measure_trust(10000 * scale);
    measure_memory(1000000);
}
