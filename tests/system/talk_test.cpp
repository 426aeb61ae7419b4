// Questions to the real binary, answered from its real timeline.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/support/publisher.h"
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
