// Questions to the real binary, answered from its real timeline.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
#include "tests/support/services.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("who asks in the channel is told what comes here, what came last and where its page is") {
    const TempFolder folder;
    Ngircd server;
    IrcReader reader(server.port(), "#test");
    BusPublisher bus;
    const auto port = free_port();
    const auto page = fmt::format("http://127.0.0.1:{}", port);
    BotProcess bot(
        folder,
        fmt::format("state_dir = \"{}\"\ngrace = \"3s\"\n[source.bus]\nkind = \"zmq\"\nendpoints = [\"{}\"]\n"
                    "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\nport = {}\ntls = false\nnick = \"bot\"\n"
                    "flood_exempt = true\nform = \"full\"\n[bridge.net.talk]\noperators = [\"reader\"]\n"
                    "[bridge.timeline]\nkind = \"timeline\"\nlisten = \"127.0.0.1:{}\"\n"
                    "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#test\", \"timeline\"]\n",
                    (folder / "state").string(), bus.endpoint(), server.port(), port));
    REQUIRE(bus.sees_subscriptions());
    const std::string topic = "org.fedoraproject.prod.fas.user.create";
    bus.send(topic,
             fmt::format(R"({{"topic":"{}","msg_id":"2026-7","msg":{{"agent":"toshio","user":"ralph"}}}})", topic));
    REQUIRE(reader.wait_for(1));
    CHECK(reader.texts().front().find(topic + "\x0f -- ") != std::string::npos);
    REQUIRE(eventually([&] { return run({"curl", "-sS", page + "/m/1"}).output.find("ralph") != std::string::npos; }));

    reader.command("PRIVMSG #test :!fedmsg routes");
    CHECK(reader.wait_for_answer("all -> #test: #"));
    reader.command("PRIVMSG #test :!fedmsg last ralph");
    CHECK(reader.wait_for_answer(" UTC fas.user.create -- "));
    reader.command("PRIVMSG #test :!fedmsg link 2026-7");
    CHECK(reader.wait_for_answer(page + "/m/1"));
    reader.command("PRIVMSG bot :last nobody-at-all");
    CHECK(reader.wait_for_answer("I know of nothing about \"nobody-at-all\"."));
    // A nick is no account, and ngircd has no services.
    reader.command("PRIVMSG bot :status");
    CHECK(reader.wait_for_answer("Only operators"));
    CHECK(count_in(bot.stop(), "lost") == 0);
}

TEST_CASE("an operator, known by the account of a real network's services, asks for the status and mutes the bot") {
    const TempFolder folder;
    const auto servers = free_port();
    const Inspircd server(
        {.fakelag = false, .threshold = 100000, .commandrate = 1000000, .more = Services::configuration(servers)});
    Services services(servers);
    IrcReader reader(server.port(), "#test");
    IrcReader host(server.port(), "#closed", {.nick = "host"});
    host.command("MODE #closed +k secret");
    BusPublisher bus;
    BotProcess bot(
        folder,
        fmt::format("state_dir = \"{}\"\ngrace = \"3s\"\n[source.bus]\nkind = \"zmq\"\nendpoints = [\"{}\"]\n"
                    "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\nport = {}\ntls = false\nnick = \"bot\"\n"
                    "flood_exempt = true\n[bridge.net.talk]\noperators = [\"ralph\"]\n"
                    "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#test\", \"net/#closed\"]\n",
                    (folder / "state").string(), bus.endpoint(), server.port()));
    REQUIRE(bus.sees_subscriptions());
    REQUIRE(reader.wait_for_join("bot"));
    REQUIRE(bot.process().says("irc.channel_barred"));
    reader.command("PRIVMSG #test :!fedmsg status");
    CHECK(reader.wait_for_answer("Only operators"));
    services.log_in("reader", "ralph");
    reader.command("PRIVMSG #test :!fedmsg status");
    CHECK(reader.wait_for_answer("Connected as bot for "));
    CHECK(reader.wait_for_answer("Ready: #test"));
    CHECK(reader.wait_for_answer("#closed: 475 Cannot join channel"));
    CHECK(reader.wait_for_answer("queued=0 delivered=0"));
    reader.command("PRIVMSG #test :!fedmsg mute 30m");
    REQUIRE(reader.wait_for_answer("Silent in #test for 30m"));
    const std::string topic = "org.fedoraproject.prod.announce.announcement";
    bus.send(topic, fedmsg(topic, 1, "tester", R"({"message":"said later","link":""})"));
    REQUIRE(bot.process().says("an operator muted it"));
    CHECK(reader.texts().empty());
    reader.command("PRIVMSG bot :unmute #test");
    REQUIRE(reader.wait_for_answer("Speaking again in #test"));
    CHECK(reader.wait_for(1));
    CHECK(reader.texts().front().find("said later") != std::string::npos);
    const auto summary = bot.stop();
    CHECK(count_in(summary, "lost") == 0);
    CHECK(summary.find("barred:net/#closed=\"475 ") != std::string::npos);
}
