#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/http_script.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/support/snac.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string topic = "org.fedoraproject.prod.announce.announcement";

std::string announcement(int number) {
    return fmt::format(
        R"({{"topic":"{}","msg_id":"2026-{}","msg":{{"message":"Number {}","link":"https://example.org/{}"}}}})", topic,
        number, number, number);
}

std::string head(const TempFolder& folder) {
    return fmt::format("state_dir = \"{}\"\ngrace = \"3s\"\n", (folder / "state").string());
}

std::string zmq(const std::string& endpoint) {
    return fmt::format("[source.bus]\nkind = \"zmq\"\nendpoints = [\"{}\"]\n", endpoint);
}

std::string irc(std::uint16_t port, const std::string& more = "tls = false\n") {
    return fmt::format(
        "[bridge.net]\nkind = \"irc\"\nserver = \"localhost\"\nport = {}\nnick = \"bot\"\nflood_exempt = true\n{}",
        port, more);
}

std::string timeline(std::uint16_t port) {
    return fmt::format("[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:{}\"\n", port);
}

std::string mastodon(const TempFolder& folder, const std::string& url, const std::string& token) {
    write_file(folder / "token", token + "\n");
    return fmt::format(
        "[bridge.blog]\nkind = \"mastodon\"\nurl = \"{}\"\ntoken_file = \"{}\"\npace = {{ burst = 100, every = \"0ms\" "
        "}}\n",
        url, (folder / "token").string());
}

std::string route(const std::string& targets) {
    return fmt::format("[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [{}]\n", targets);
}

std::string page(std::uint16_t port, const std::string& path = "/") {
    return run({"curl", "-sS", fmt::format("http://127.0.0.1:{}{}", port, path)}).output;
}

std::vector<std::string> without_colours(const std::vector<std::string>& texts) {
    std::vector<std::string> plain;
    for (const auto& text : texts) {
        std::string kept;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\x0f') continue;
            if (text[i] != '\x03') {
                kept += text[i];
                continue;
            }
            for (int digits = 0; digits < 2 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
                 ++digits)
                ++i;
        }
        plain.push_back(kept);
    }
    return plain;
}

}  // namespace

TEST_CASE("a message goes from a real PUB socket to a real channel over TLS, a microblog and the timeline, in order") {
    const TempFolder folder;
    Ngircd::Options with_tls;
    with_tls.tls = true;
    Ngircd server(with_tls);
    IrcReader reader(server.port(), "#fedora-fedmsg");
    HttpScript blog;
    BusPublisher bus;
    const auto port = free_port();
    BotProcess bot(
        folder, head(folder) + zmq(bus.endpoint()) +
                    irc(server.tls_port(), fmt::format("tls = true\nca_file = \"{}\"\n", server.ca_file().string())) +
                    mastodon(folder, blog.url(), blog.token()) + timeline(port) +
                    route(R"("net/#fedora-fedmsg", "blog", "timeline")"));
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 50; ++number) bus.send(topic, announcement(number));
    REQUIRE(reader.wait_for(50));
    REQUIRE(eventually([&] { return blog.statuses().size() == 50; }));
    REQUIRE(eventually([&] { return page(port).find("Number 50") != std::string::npos; }));

    const auto texts = without_colours(reader.texts());
    for (int number = 1; number <= 50; ++number) {
        CHECK(texts[static_cast<std::size_t>(number - 1)] ==
              fmt::format("announce.announcement -- Number {} https://example.org/{}", number, number));
        CHECK(blog.statuses()[static_cast<std::size_t>(number - 1)].text ==
              fmt::format("Number {} https://example.org/{}", number, number));
    }
    CHECK(page(port, "/feed.atom").find("Number 50") != std::string::npos);

    const auto summary = bot.stop();
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "received") == 50);
    CHECK(count_in(summary, "delivered") == 150);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("the bot posts to a real server with Mastodon's API") {
    const TempFolder folder;
    Snac snac;
    BusPublisher bus;
    BotProcess bot(
        folder, head(folder) + zmq(bus.endpoint()) + mastodon(folder, snac.url(), snac.token()) + route(R"("blog")"));
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 5; ++number) bus.send(topic, announcement(number));
    CHECK(eventually([&] { return snac.posts().size() == 5; }));
    CHECK(count_in(bot.stop(), "blog") == 5);
    CHECK(snac.posts().size() == 5);
}

TEST_CASE("a network that is down holds up nobody, and gets its lines after a restart") {
    const TempFolder folder;
    Ngircd server;
    server.stop();
    BusPublisher bus;
    const auto port = free_port();
    BotProcess bot(folder, head(folder) + zmq(bus.endpoint()) + irc(server.port()) + timeline(port) +
                               route(R"("net/#late", "timeline")"));
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 20; ++number) bus.send(topic, announcement(number));
    REQUIRE(eventually([&] { return page(port).find("Number 20") != std::string::npos; }));
    auto summary = bot.stop();
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "timeline") == 20);
    CHECK(count_in(summary, "pending") == 20);
    CHECK(count_in(summary, "lost") == 0);

    server.start();
    IrcReader reader(server.port(), "#late");
    bot.start();
    REQUIRE(reader.wait_for(20));
    summary = bot.stop();
    CHECK(count_in(summary, "pending") == 0);
    CHECK(reader.texts().size() == 20);
}

TEST_CASE("a network that goes down and comes back gets every line, in order") {
    const TempFolder folder;
    auto server = Ngircd();
    auto reader = std::make_unique<IrcReader>(server.port(), "#x");
    BusPublisher bus;
    BotProcess bot(folder, head(folder) + zmq(bus.endpoint()) + irc(server.port()) + route(R"("net/#x")"));
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 10; ++number) bus.send(topic, announcement(number));
    REQUIRE(reader->wait_for(10));
    reader.reset();
    server.kill();
    for (int number = 11; number <= 20; ++number) bus.send(topic, announcement(number));
    server.start();
    reader = std::make_unique<IrcReader>(server.port(), "#x");
    REQUIRE(reader->wait_for(10, 90s));
    const auto texts = without_colours(reader->texts());
    CHECK(texts.front() == "announce.announcement -- Number 11 https://example.org/11");
    CHECK(texts.back() == "announce.announcement -- Number 20 https://example.org/20");
}

TEST_CASE("what hostile senders put on the wire is counted, and the next good message arrives") {
    const TempFolder folder;
    BusPublisher bus;
    const auto port = free_port();
    BotProcess bot(folder, head(folder) + zmq(bus.endpoint()) + timeline(port) + route(R"("timeline")"));
    REQUIRE(bus.sees_subscriptions());
    bus.send({"one frame"});
    bus.send({topic, "{}", "three"});
    bus.send({"", ""});
    bus.send(topic, "no json");
    bus.send(topic, std::string(10000, '[') + std::string(10000, ']'));
    bus.send(topic, R"({"topic":"org.fedoraproject.prod.other","msg":{}})");
    bus.send(topic,
             fmt::format(R"({{"topic":"{}","msg":{{"message":"<script>alert(1)</script> \u0000\u0007\ud800 {}"}}}})",
                         topic, std::string(1 << 20, 'x')));
    bus.send(topic, fmt::format(R"({{"topic":"{}","msg":null}})", topic));
    bus.send(topic, announcement(7));
    REQUIRE(eventually([&] { return page(port).find("Number 7") != std::string::npos; }));
    const auto shown = page(port);
    CHECK(shown.find("<script>alert") == std::string::npos);
    CHECK(shown.find("&lt;script&gt;alert(1)") != std::string::npos);
    const auto summary = bot.stop();
    CHECK(bot.status() == 0);
    CHECK(count_in(summary, "malformed") == 6);
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("what cannot start says why in one line and ends with 1") {
    const TempFolder folder;
    BusPublisher bus;
    const auto port = free_port();
    const auto good = head(folder) + zmq(bus.endpoint()) + timeline(port) + route(R"("timeline")");
    BotProcess first(folder, good);
    REQUIRE(eventually([&] { return accepts_connections(port); }));

    SECTION("the state is in use") {
        const TempFolder other;
        BotProcess second(other, good);
        CHECK(second.process().wait() == 1);
        CHECK(second.line_with("bot.failed").find("in use by another fedmsgbot") != std::string::npos);
    }
    SECTION("the port is in use") {
        const TempFolder other;
        BotProcess second(other, head(other) + zmq(bus.endpoint()) + timeline(port) + route(R"("timeline")"));
        CHECK(second.process().wait() == 1);
        CHECK(second.line_with("bot.failed").find(std::to_string(port)) != std::string::npos);
        CHECK(second.line_with("bot.started").empty());
    }
    SECTION("the state folder cannot be made") {
        const TempFolder other;
        write_file(other / "state", "a file");
        BotProcess second(other, head(other) + zmq(bus.endpoint()) + timeline(free_port()) + route(R"("timeline")"));
        CHECK(second.process().wait() == 1);
        CHECK(second.line_with("bot.failed").find("state_dir") != std::string::npos);
    }
    first.stop();
}

TEST_CASE("a disk that is full ends the bot with one clear line, and what was accepted is delivered later") {
    const TempFolder folder;
    BusPublisher bus;
    const auto port = free_port();
    const auto configuration = head(folder) + zmq(bus.endpoint()) + timeline(port) + route(R"("timeline")");
    write_file(folder / "limited.toml", configuration);
    const auto command =
        fmt::format("trap '' XFSZ; ulimit -f 800; exec {} run -c {}", binary(), (folder / "limited.toml").string());
    Process limited({"bash", "-c", command});
    REQUIRE(bus.sees_subscriptions());
    for (int number = 1; number <= 20000 && limited.is_running(); ++number) bus.send(topic, announcement(number));
    CHECK(limited.wait(60s) == 1);
    const auto log = limited.errors();
    CHECK(log.find("bot.failed") != std::string::npos);
    CHECK(log.find(".sqlite") != std::string::npos);

    BotProcess again(folder, configuration);
    REQUIRE(eventually([&] { return accepts_connections(port); }));
    const auto summary = again.stop();
    CHECK(again.status() == 0);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
}

TEST_CASE("a second signal ends the bot at once") {
    const TempFolder folder;
    HttpScript blog;
    HttpScript::Step hang;
    hang.ending = HttpScript::Step::Ending::hang;
    blog.next_post(hang);
    BusPublisher bus;
    BotProcess bot(folder, fmt::format("state_dir = \"{}\"\ngrace = \"60s\"\n", (folder / "state").string()) +
                               zmq(bus.endpoint()) + mastodon(folder, blog.url(), blog.token()) + route(R"("blog")"));
    REQUIRE(bus.sees_subscriptions());
    bus.send(topic, announcement(1));
    REQUIRE(eventually([&] { return blog.posts() == 1; }));
    bot.process().signal(SIGTERM);
    REQUIRE(bot.process().says("bot.stopping"));
    bot.process().signal(SIGTERM);
    CHECK(bot.process().wait(5s) == 128 + SIGTERM);
}

TEST_CASE("SIGHUP takes new rules, and leaves the old ones where the new have a mistake") {
    const TempFolder folder;
    const auto rules = folder / "rules";
    std::filesystem::create_directory(rules);
    const auto say = [&](const std::string& text) {
        write_file(rules / "own.toml",
                   "[[rule]]\nname = \"own\"\ntopics = [\"announce.#\"]\ninherit = true\ntext = \"" + text + "\"\n");
    };
    say("first {{ msg.message }}");
    BusPublisher bus;
    const auto port = free_port();
    BotProcess bot(folder, head(folder) + fmt::format("rules = [\"{}\"]\n", rules.string()) + zmq(bus.endpoint()) +
                               timeline(port) + route(R"("timeline")"));
    REQUIRE(bus.sees_subscriptions());
    const auto shows = [&](const std::string& text) {
        return eventually([&] { return page(port).find(text) != std::string::npos; });
    };
    bus.send(topic, announcement(1));
    CHECK(shows("first Number 1"));
    CHECK(page(port, "/topics?pattern=own").find("first ") != std::string::npos);

    say("second {{ msg.message }}");
    bot.process().signal(SIGHUP);
    REQUIRE(eventually([&] { return !bot.line_with("rules.reloaded").empty(); }));
    bus.send(topic, announcement(2));
    CHECK(shows("second Number 2"));
    CHECK(page(port, "/topics?pattern=own").find("second ") != std::string::npos);

    say("third {{ mgs.message }}");
    bot.process().signal(SIGHUP);
    REQUIRE(eventually([&] { return !bot.line_with("rules.kept").empty(); }));
    CHECK(bot.line_with("rules.refused").find("did you mean `msg`?") != std::string::npos);
    bus.send(topic, announcement(3));
    CHECK(shows("second Number 3"));
    CHECK(count_in(bot.stop(), "lost") == 0);
}
