// Signatures on the whole road: the real binary, a real ZeroMQ publisher, a real IRC server, and a forger on the bus.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/http_script.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/support/signers.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

json announcement(int number, const std::string& text) {
    return {{"topic", topic},
            {"msg_id", fmt::format("2026-{}-{}", text, number)},
            {"i", number},
            {"timestamp", 1352920011},
            {"msg", {{"message", fmt::format("{} {}", text, number)}, {"link", "https://" + text + ".example/"}}}};
}

std::string changed(const std::string& message, const std::string& where, const json& value) {
    auto all = json::parse(message);
    all[json::json_pointer(where)] = value;
    return all.dump();
}

// A bus with an authority, where an announcement may only be made by koji-one, and with somebody who forges.
struct Bus {
    Bus() {
        signers.add("revoked");
        signers.revoke("revoked");
        write_file(folder / "policy.json", json{{topic, {"koji-one", "revoked"}}}.dump());
    }

    // One good message in the middle of one of each that is not.
    void send_round(int number) {
        const auto forged = [&](int n) { return announcement(10 * number + n, "forged"); };
        const auto good = signers.sign(announcement(number, "good"), "koji-one");
        publisher.send(topic, forged(0).dump());
        publisher.send(topic, strangers.sign(forged(1), "koji-one"));
        publisher.send(topic, signers.sign(forged(2), "bodhi-two"));
        publisher.send(topic, changed(good, "/msg/message", "forged words under a good id"));
        publisher.send(topic, good);
        const std::string other = "org.fedoraproject.prod.forged.topic";
        publisher.send(other, changed(good, "/topic", other));
        publisher.send(other, good);  // only the frame's
        publisher.send(topic, signers.sign(forged(3), "revoked"));
    }

    std::string source(const std::string& trust) const {
        return fmt::format(
            "state_dir = \"{}\"\ngrace = \"2s\"\n[source.bus]\nkind = \"zmq\"\nendpoints = [\"{}\"]\nca_file = \"{}\"\n"
            "crl_file = \"{}\"\npolicy_file = \"{}\"\ntrust = \"{}\"\n",
            (folder / "state").string(), publisher.endpoint(), signers.ca().string(), signers.crl().string(),
            (folder / "policy.json").string(), trust);
    }

    TempFolder folder;
    Signers signers, strangers;
    BusPublisher publisher;
};

std::string irc(std::uint16_t port) {
    return fmt::format(
        "[bridge.net]\nkind = \"irc\"\nserver = \"localhost\"\nport = {}\nnick = \"bot\"\nflood_exempt = true\n"
        "tls = false\ncolors = false\n",
        port);
}

std::string timeline(std::uint16_t port) {
    return fmt::format("[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:{}\"\n", port);
}

std::string route(const std::string& targets, const std::string& more = {}) {
    return fmt::format("[[route]]\nname = \"to {}\"\ntopics = [\"#\"]\nto = [\"{}\"]\n{}", targets, targets, more);
}

std::string page(std::uint16_t port, const std::string& path) {
    return run({"curl", "-sS", fmt::format("http://127.0.0.1:{}{}", port, path)}).output;
}

bool mentions(const std::vector<std::string>& texts, const std::string& word) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const auto& text) { return text.find(word) != std::string::npos; });
}

std::ptrdiff_t count_of(const std::vector<std::string>& texts, const std::string& text) {
    return std::count(texts.begin(), texts.end(), text);
}

const std::string is_unsigned = "announce.announcement -- (unsigned)",
                  is_invalid = "announce.announcement -- (invalid signature!)",
                  is_other_topic = "forged.topic -- (invalid signature!)";

void check_counts(const std::string& summary, int rounds) {
    INFO(summary);
    CHECK(count_in(summary, "received") == 8 * rounds);
    CHECK(count_in(summary, "malformed") == rounds);
    CHECK(count_in(summary, "genuine") == rounds);
    CHECK(count_in(summary, "unsigned") == rounds);
    CHECK(count_in(summary, "invalid") == 5 * rounds);
    CHECK(count_in(summary, "suspect:unsigned-neither-signature-nor-certificate") == rounds);
    CHECK(count_in(summary, "suspect:the-certificate-is-not-issued-by-the-CA") == rounds);
    CHECK(count_in(summary, "suspect:the-policy-does-not-let-this-signer-send-this-topic") == rounds);
    CHECK(count_in(summary, "suspect:the-signature-does-not-match-the-message") == 2 * rounds);
    CHECK(count_in(summary, "suspect:the-certificate-is-revoked") == rounds);
    CHECK(count_in(summary, "lost") == 0);
    CHECK(count_in(summary, "pending") == 0);
}

}  // namespace

TEST_CASE("with signatures required, nothing forged shows among genuine messages, and the counts agree") {
    Bus bus;
    Ngircd server;
    IrcReader reader(server.port(), "#bus");
    const auto port = free_port();
    BotProcess bot(bus.folder,
                   bus.source("require") + irc(server.port()) + timeline(port) + route("net/#bus") + route("timeline"));
    REQUIRE(bus.publisher.sees_subscriptions());
    constexpr int rounds = 5;
    for (int number = 1; number <= rounds; ++number) bus.send_round(number);
    REQUIRE(reader.wait_for(rounds));
    REQUIRE(eventually([&] { return page(port, "/").find("good 5") != std::string::npos; }));
    CHECK(page(port, "/raw").find("forged") == std::string::npos);
    const auto summary = bot.stop();
    CHECK(bot.status() == 0);
    check_counts(summary, rounds);
    CHECK(count_in(summary, "distrusted") == 6 * rounds);
    CHECK(count_in(summary, "delivered") == 2 * rounds);
    REQUIRE(reader.texts().size() == rounds);
    for (int number = 1; number <= rounds; ++number)
        CHECK(reader.texts()[static_cast<std::size_t>(number - 1)] ==
              fmt::format("announce.announcement -- good {} https://good.example/", number));
    CHECK(bot.line_with("trust.suspect").find("source=bus topic=" + topic) != std::string::npos);
}

TEST_CASE(
    "marked messages show that they are suspect, and not a word of theirs, on IRC, a microblog and the timeline") {
    Bus bus;
    Ngircd server;
    IrcReader reader(server.port(), "#bus");
    HttpScript blog;
    write_file(bus.folder / "token", blog.token() + "\n");
    const auto port = free_port();
    // The source drops them; three of the four routes ask for less.
    BotProcess bot(bus.folder,
                   bus.source("require") + irc(server.port()) + timeline(port) +
                       fmt::format("[bridge.blog]\nkind = \"mastodon\"\nurl = \"{}\"\ntoken_file = \"{}\"\npace = {{ "
                                   "burst = 100, every = \"0ms\" }}\n",
                                   blog.url(), (bus.folder / "token").string()) +
                       route("net/#bus", "trust = \"mark\"\ncondense = \"1s\"\n") + route("net/#strict") +
                       route("timeline", "trust = \"mark\"\n") + route("blog", "trust = \"mark\"\n"));
    IrcReader strict(server.port(), "#strict", {"second", {}});
    REQUIRE(bus.publisher.sees_subscriptions());
    constexpr int rounds = 3;
    for (int number = 1; number <= rounds; ++number) bus.send_round(number);
    REQUIRE(reader.wait_for(7 * rounds));
    REQUIRE(strict.wait_for(rounds));
    REQUIRE(eventually([&] { return blog.statuses().size() == 7 * rounds; }));
    REQUIRE(eventually([&] { return json::parse(page(port, "/raw"))["total"] == 7 * rounds; }));
    const auto strict_texts = strict.texts();

    const auto texts = reader.texts();
    CHECK_FALSE(mentions(texts, "forged words"));
    CHECK_FALSE(mentions(texts, "forged.example"));
    CHECK(count_of(texts, is_unsigned) == rounds);
    CHECK(count_of(texts, is_invalid) == 4 * rounds);
    CHECK(count_of(texts, is_other_topic) == rounds);
    CHECK(std::count_if(texts.begin(), texts.end(),
                        [](const auto& text) { return text.find("-- good ") != std::string::npos; }) == rounds);
    CHECK_FALSE(mentions(strict_texts, "("));

    std::vector<std::string> posts;
    for (const auto& status : blog.statuses()) posts.push_back(status.text);
    CHECK_FALSE(mentions(posts, "forged words"));
    CHECK_FALSE(mentions(posts, "forged.example"));
    CHECK(count_of(posts, is_unsigned) == rounds);
    CHECK(count_of(posts, is_invalid) == 4 * rounds);

    for (const auto* path : {"/", "/feed.atom", "/feed.rss", "/feed.json"}) {
        const auto text = page(port, path);
        INFO(path);
        CHECK(text.find(is_unsigned) != std::string::npos);
        CHECK(text.find(is_invalid) != std::string::npos);
        CHECK(text.find("forged words") == std::string::npos);
        CHECK(text.find("forged.example") == std::string::npos);
    }
    int marked = 0;
    const auto answer = json::parse(page(port, "/raw"));
    for (const auto& row : answer["raw_messages"]) marked += row.contains("trust");
    CHECK(marked == 6 * rounds);
    CHECK(json::parse(page(port, "/raw?contains=words"))["total"] == 0);
    CHECK(page(port, "/m/1").find("Nothing proves who wrote it") != std::string::npos);
    const auto summary = bot.stop();
    check_counts(summary, rounds);
    CHECK(std::max(count_in(summary, "distrusted"), 0LL) == 0);
}

TEST_CASE("marked messages that wait for a network keep their mark over a restart") {
    Bus bus;
    Ngircd server;
    server.stop();
    const auto port = free_port();
    BotProcess bot(bus.folder, bus.source("mark") + irc(server.port()) + timeline(port) + route("timeline") +
                                   route("net/#bus", "condense = \"1s\"\ncondense_first = \"wait\"\n"));
    REQUIRE(bus.publisher.sees_subscriptions());
    bus.send_round(1);
    const auto total = [&] {
        const auto answer = json::parse(page(port, "/raw"), nullptr, false);
        return answer.is_object() ? answer["total"].get<int>() : -1;
    };
    REQUIRE(eventually([&] { return total() == 7; }));
    CHECK(count_in(bot.stop(), "pending") == 7);
    server.start();
    const IrcReader reader(server.port(), "#bus");
    bot.start();
    REQUIRE(reader.wait_for(7));
    const auto texts = reader.texts();
    CHECK(count_of(texts, is_unsigned) == 1);
    CHECK(count_of(texts, is_invalid) == 4);
    CHECK(count_of(texts, is_other_topic) == 1);
    CHECK_FALSE(mentions(texts, "forged words"));
    CHECK_FALSE(mentions(texts, "forged.example"));
    CHECK(count_in(bot.stop(), "pending") == 0);
}

TEST_CASE("explain tells for a topic and for a message what each route makes of a signature") {
    Bus bus;
    write_file(bus.folder / "c.toml", bus.source("require") + irc(1) + timeline(2) + route("net/#bus") +
                                          route("timeline", "trust = \"mark\"\n"));
    const auto explain = [&](const std::string& subject) {
        return run({binary(), "explain", "-c", (bus.folder / "c.toml").string(), subject}).output;
    };
    const auto of_topic = explain(topic);
    INFO(of_topic);
    CHECK(of_topic.find("from \"bus\" (trust = \"require\"), a message that is not signed well:\n"
                        "    \"to net/#bus\" (trust = \"require\", as the source says): dropped\n"
                        "    \"to timeline\" (trust = \"mark\"): shown as `announce.announcement -- (unsigned)`\n") !=
          std::string::npos);
    const auto good = bus.signers.sign(announcement(1, "good"), "koji-one");
    CHECK(explain(good).find("from \"bus\" (trust = \"require\"): genuine, signed by koji-one\n") != std::string::npos);
    const auto forged = explain(changed(good, "/msg/message", "lies"));
    INFO(forged);
    CHECK(forged.find("invalid: the signature does not match the message (koji-one)\n") != std::string::npos);
    CHECK(forged.find("shown as `announce.announcement -- (invalid signature!)`") != std::string::npos);
}

TEST_CASE("format shows the verdict of each line where a CA is given") {
    const Signers signers;
    const auto good = json::parse(signers.sign(announcement(1, "good"), "koji-one")).dump();
    const auto input =
        good + "\n" + changed(good, "/msg/message", "lies") + "\n" + announcement(2, "good").dump() + "\n";
    const auto format = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {binary(), "format", "--ca", signers.ca().string()});
        return run(std::move(more), {{}, input, {}}).output;
    };
    CHECK(format({}) ==
          "announce.announcement -- good 1 https://good.example/\n" + is_invalid + "\n" + is_unsigned + "\n");
    std::vector<json> rows;
    std::istringstream lines(format({"--json"}));
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0]["trust"] == "genuine");
    CHECK(rows[0]["signer"] == "koji-one");
    CHECK(rows[1]["trust"] == "invalid");
    CHECK(rows[1]["trust_reason"] == "the signature does not match the message (koji-one)");
    CHECK(rows[1]["text"] == "(invalid signature!)");
    CHECK(rows[2]["trust"] == "unsigned");
    CHECK(rows[2]["link"].is_null());
}
