// The real relay between real publishers and subscribers, and at its end the bot in a real channel.
#include <csignal>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

std::string local_endpoint() { return fmt::format("tcp://127.0.0.1:{}", free_port()); }

json announcement(const std::string& text) {
    return {{"topic", topic},           {"i", 1},
            {"msg_id", "2026-" + text}, {"timestamp", 1700000000},
            {"username", "somebody"},   {"msg", {{"message", text}, {"link", "https://example.org/"}}}};
}

// A bot that says in #news whatever it hears; `trust`: more keys of its source.
std::string bot_on(const std::string& endpoint, const Ngircd& ircd, const TempFolder& folder,
                   const std::string& trust = {}) {
    return fmt::format(R"(state_dir = "{}"
[source.bus]
kind = "zmq"
endpoints = ["{}"]
{}[bridge.net]
kind = "irc"
server = "localhost"
port = {}
tls = false
nick = "bot"
flood_exempt = true
[[route]]
name = "all"
topics = ["#"]
to = ["net/#news"]
)",
                       (folder / "state").string(), endpoint, trust, ircd.port());
}

// A relay of which the test knows both ends.
class RelayProcess {
public:
    explicit RelayProcess(std::vector<std::string> more = {}) {
        more.insert(more.begin(), {binary(), "relay", "--in", in, "--out", out});
        process_ = std::make_unique<Process>(std::move(more));
        REQUIRE(process_->says("relay.started"));
    }

    std::string stop() {
        process_->signal(SIGTERM);
        CHECK(process_->wait(60s) == 0);
        const auto log = process_->errors();
        const auto at = log.rfind("summary ");
        return at == std::string::npos ? log : log.substr(at);
    }
    Process& process() { return *process_; }

    const std::string in = local_endpoint(), out = local_endpoint();

private:
    std::unique_ptr<Process> process_;
};

}  // namespace

TEST_CASE("without verification every byte of both frames is passed on as it came") {
    BusPublisher publisher;
    const auto out = local_endpoint();
    Process relay({binary(), "relay", "--in", "connect:" + publisher.endpoint(), "--out", out});
    BusSubscriber subscriber(out);
    REQUIRE(publisher.sees_subscriptions());
    REQUIRE(relay.says("relay.subscribed"));
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
    const std::vector<std::string> bodies{R"({ "b" : 1.0,"a":  "\u00e9/é" , "a": -0 })", every_byte, "",
                                          std::string(1 << 20, 'x'), "{\"topic\":null}\n"};
    for (const auto& body : bodies) publisher.send(topic, body);
    for (const auto& body : bodies) {
        const auto frames = subscriber.receive();
        REQUIRE(frames);
        REQUIRE(frames->size() == 2);
        CHECK(frames->front() == topic);
        CHECK(frames->back() == body);
    }
    relay.signal(SIGTERM);
    CHECK(relay.wait(60s) == 0);
    CHECK_THAT(relay.errors(), Catch::Contains("summary received=5 passed=5 refused=0 malformed=0 shed=0"));
}

TEST_CASE("what is no message of the bus is dropped and counted, and the rest passes") {
    BusPublisher publisher;
    const auto out = local_endpoint();
    Process relay({binary(), "relay", "--in", "connect:" + publisher.endpoint(), "--out", out});
    BusSubscriber subscriber(out);
    REQUIRE(publisher.sees_subscriptions());
    REQUIRE(relay.says("relay.subscribed"));
    publisher.send(std::vector<std::string>{"one frame"});
    publisher.send(std::vector<std::string>{topic, "{}", "a third"});
    publisher.send(std::vector<std::string>(500, "x"));
    publisher.send("", "{}");
    publisher.send(std::string(2000, 't'), "{}");
    publisher.send(topic, "the last");
    const auto frames = subscriber.receive();
    REQUIRE(frames);
    CHECK(frames->back() == "the last");
    relay.signal(SIGTERM);
    CHECK(relay.wait(60s) == 0);
    CHECK_THAT(relay.errors(), Catch::Contains("summary received=6 passed=1 refused=0 malformed=5 shed=0"));
}

TEST_CASE("several publishers feed a relay, also where one side connects and the other binds") {
    BusPublisher bound;
    const auto first = local_endpoint(), second = local_endpoint(), out = local_endpoint();
    Process relay({binary(), "relay", "--in", first, "--in", "bind:" + second, "--in", "connect:" + bound.endpoint(),
                   "--out", out});
    BusSubscriber subscriber(out);
    REQUIRE(bound.sees_subscriptions());
    REQUIRE(relay.says("relay.subscribed"));
    bound.send(topic, "from the bound one");
    CHECK(subscriber.receive());
    for (const auto& in : {first, second})
        CHECK(run({binary(), "publish", "--relay", in, "--message", "hello"}).status == 0);
    for (int n = 0; n < 2; ++n) {
        const auto frames = subscriber.receive();
        REQUIRE(frames);
        CHECK(json::parse(frames->back())["msg"]["log"] == "hello");
    }
    relay.signal(SIGINT);
    CHECK(relay.wait(60s) == 0);
}

TEST_CASE("a subscriber that takes nothing loses its own messages only, and they are counted") {
    constexpr int count = 3000;
    BusPublisher publisher;
    const auto out = local_endpoint();
    Process relay({binary(), "relay", "--in", "connect:" + publisher.endpoint(), "--out", out, "--queue", "100"});
    REQUIRE(publisher.sees_subscriptions());
    REQUIRE(relay.says("relay.started"));
    // Subscribes and reads nothing more: what it is sent piles up.
    Process stuck({"python3", "-c", R"(import socket, sys, time
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
def exact(n):
    got = b''
    while len(got) < n: got += s.recv(n - len(got))
    return got
s.sendall(b'\xff' + bytes(8) + b'\x7f' + b'\x03\x00' + b'NULL' + bytes(16) + bytes(1) + bytes(31))
exact(64)
ready = b'\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB'
s.sendall(bytes([4, len(ready)]) + ready)
kind, size = exact(2)
exact(size)
s.sendall(b'\x00\x03\x01xx')
s.sendall(b'\x00\x01\x01')
print('subscribed', flush=True)
time.sleep(600))",
                   out.substr(out.rfind(':') + 1)});
    REQUIRE(stuck.says("subscribed"));
    REQUIRE(relay.says("prefix=xx"));
    BusSubscriber good(out, {"xx", "probe"});
    REQUIRE(eventually([&] {
        publisher.send("probe", "{}");
        return good.receive(50ms).has_value();
    }));
    while (good.receive(500ms)) continue;
    const std::string body(20000, 'x');
    int arrived = 0;
    for (int n = 0; n < count; ++n) {
        publisher.send("xx" + topic, body);
        const auto frames = good.receive();
        if (!frames) break;
        ++arrived;
    }
    CHECK(arrived == count);
    relay.signal(SIGTERM);
    CHECK(relay.wait(60s) == 0);
    const auto log = relay.errors();
    const auto summary = log.substr(log.rfind("summary "));
    INFO(summary);
    CHECK(count_in(summary, "passed") >= count);
    CHECK(count_in(summary, "shed") > 0);
    CHECK_THAT(log, Catch::Contains("relay.shed") && Catch::Contains("relay.unsent"));
}

TEST_CASE("a relay that cannot work says why") {
    BusPublisher taken;
    const auto refused = run({binary(), "relay", "--in", local_endpoint(), "--out", taken.endpoint()});
    CHECK(refused.status == 1);
    CHECK_THAT(refused.errors, Catch::Contains(taken.endpoint()));
    CHECK(run({binary(), "relay", "--in", "nonsense", "--out", local_endpoint()}).status == 2);
    CHECK(run({binary(), "relay", "--in", local_endpoint()}).status == 2);
    CHECK(run({binary(), "relay", "--in", local_endpoint(), "--out", local_endpoint(), "--verify"}).status == 2);
    CHECK(run({binary(), "relay", "--in", local_endpoint(), "--out", local_endpoint(), "--verify", "--ca", "/nowhere"})
              .status == 2);
}

TEST_CASE(
    "from publisher over a relay into the channel only what is genuine comes, whichever of relay and bot verifies") {
    const bool relay_verifies = GENERATE(true, false);
    const Signers signers, strangers;
    const TempFolder folder;
    write_file(folder / "policy.json", json{{topic, {"koji-one"}}}.dump());
    const auto policy = (folder / "policy.json").string();
    RelayProcess relay(relay_verifies
                           ? std::vector<std::string>{"--verify", "--ca", signers.ca().string(), "--policy", policy}
                           : std::vector<std::string>{});
    Ngircd ircd;
    const IrcReader reader(ircd.port(), "#news");
    BotProcess bot(folder, bot_on(relay.out, ircd, folder,
                                  fmt::format("trust = \"require\"\nca_file = \"{}\"\npolicy_file = \"{}\"\n",
                                              signers.ca().string(), policy)));
    REQUIRE(reader.wait_for_join("bot"));
    REQUIRE(relay.process().says("relay.subscribed"));

    const auto publish = [&](const std::string& text, const std::string& signer) {
        const auto msg = json{{"message", text}, {"link", "https://example.org/"}}.dump();
        const auto sent = run({binary(), "publish", "--relay", relay.in, "--environment", "prod", "--modname",
                               "announce", "--topic", "announcement", "--json-input", "--message", msg, "--cert",
                               signers.certificate(signer).string(), "--key", signers.key(signer).string()});
        INFO(sent.errors);
        CHECK(sent.status == 0);
    };
    publish("The first genuine one", "koji-one");
    REQUIRE(reader.wait_for(1));

    // Forged and tampered traffic, by a publisher that connects to the same end.
    const auto genuine = signers.sign(announcement("Genuine but then changed"), "koji-one");
    auto tampered = json::parse(genuine);
    tampered["msg"]["message"] = "TAMPERED";
    auto forger = BusPublisher::connected(relay.in);
    REQUIRE(forger.sees_subscriptions());
    forger.send(topic, tampered.dump());
    forger.send(topic, announcement("UNSIGNED").dump());
    forger.send(topic, strangers.sign(announcement("A STRANGER"), "koji-one"));
    forger.send(topic, signers.sign(announcement("NOT ALLOWED"), "bodhi-two"));
    forger.send(topic + ".other", signers.sign(announcement("ANOTHER FRAME"), "koji-one"));
    forger.send(topic, "no JSON at all");
    forger.send(std::vector<std::string>{"a frame too few"});
    // On the same connection, so behind all of them.
    forger.send(topic, signers.sign(announcement("The last genuine one"), "koji-one"));
    REQUIRE(reader.wait_for(2));

    bot.stop();
    std::string seen;
    for (const auto& text : reader.texts()) seen += text + "\n";
    INFO(seen);
    CHECK(reader.texts().size() == 2);
    CHECK_THAT(seen, Catch::Contains("The first genuine one") && Catch::Contains("The last genuine one"));
    for (const auto* lie : {"TAMPERED", "UNSIGNED", "STRANGER", "NOT ALLOWED", "ANOTHER FRAME", "changed"})
        CHECK(seen.find(lie) == std::string::npos);
    const auto summary = relay.stop();
    if (!relay_verifies) {
        CHECK_THAT(summary, Catch::Contains("received=9 passed=8 refused=0 malformed=1 shed=0"));
        return;
    }
    CHECK_THAT(summary, Catch::Contains("received=9 passed=2 refused=6 malformed=1 shed=0"));
    const auto log = relay.process().errors();
    for (const auto* reason :
         {"the signature does not match the message", "unsigned: neither signature nor certificate",
          "the certificate is not issued by the CA", "the policy does not let this signer send this topic",
          "topic envelope mismatch: the frame has another topic than the body", "not a JSON object"})
        CHECK_THAT(log, Catch::Contains(fmt::format("relay.refusals reason=\"{}\" count=1", reason)));
}

TEST_CASE("messages in the bytes that Python's fedmsg made are heard, through a verifying relay and in the channel") {
    const auto vectors = shared_folder() / "vectors";
    if (!std::filesystem::exists(vectors / "vectors.json")) {
        WARN("the shared vectors are absent: no message of Python's was heard");
        return;
    }
    const TempFolder folder;
    RelayProcess relay({"--verify", "--ca", (vectors / "ca.crt").string(), "--crl", (vectors / "crl.pem").string()});
    Ngircd ircd;
    const IrcReader reader(ircd.port(), "#news");
    BotProcess bot(folder, bot_on(relay.out, ircd, folder));
    REQUIRE(reader.wait_for_join("bot"));
    REQUIRE(relay.process().says("relay.subscribed"));
    auto publisher = BusPublisher::connected(relay.in);
    REQUIRE(publisher.sees_subscriptions());
    for (const std::string name : {"reject-tampered-body", "reject-revoked", "reject-wrong-ca", "accept-basic"}) {
        const auto body = read_file(vectors / "msg" / (name + ".json"));
        publisher.send(json::parse(body)["topic"].get<std::string>(), body);
    }
    REQUIRE(reader.wait_for(1));
    bot.stop();
    REQUIRE(reader.texts().size() == 1);
    CHECK_THAT(reader.texts().front(), Catch::Contains("hello world (root)"));
    CHECK_THAT(relay.stop(), Catch::Contains("received=4 passed=1 refused=3 malformed=0 shed=0"));
}
