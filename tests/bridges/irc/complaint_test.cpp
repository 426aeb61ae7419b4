#include "bridges/irc/complaint.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("a server's complaint slows us down, and time makes it good") {
    const auto line = GENERATE(std::string(":s 263 bot WHO :Please wait a while and try again."),
                               std::string(":s 439 bot #test :Target change too fast. Please wait 20 seconds"),
                               std::string(":s NOTICE bot :*** Message to #test throttled due to flooding"),
                               std::string("NOTICE bot :You are sending messages too fast"));
    INFO(line);
    Talk talk;
    talk.welcome();
    talk.join();
    talk.pass_alive(60s);
    REQUIRE(talk.pacer.available(talk.now) == 5);
    talk.hear(line);
    CHECK(talk.pacer.slowness(talk.now) == 2);
    CHECK(talk.pacer.available(talk.now) == 0);
    CHECK_FALSE(talk.conversation->ending());
    talk.pass_alive(121s);
    CHECK(talk.pacer.slowness(talk.now) == 1);
    CHECK(talk.pacer.complaints() == 1);
}

TEST_CASE("a link that was closed for flooding is followed by a slower one") {
    const auto line = GENERATE(std::string("ERROR :Closing link: (u@h) [Excess Flood]"),
                               std::string("ERROR :Closing link: (u@h) [RecvQ exceeded]"));
    Talk talk;
    talk.welcome();
    talk.hear(line);
    REQUIRE(talk.conversation->ending());
    CHECK(talk.conversation->ending()->kind == Ending::Kind::lost);
    CHECK(talk.pacer.slowness(talk.now) == 2);
}

TEST_CASE("lines that a complaint may have cost are said again") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.channel().disturbances();
    talk.hear(":s 263 bot WHO :Please wait a while");
    CHECK(talk.channel().disturbances() == before);
    talk.hear(":s 439 bot #test :Target change too fast");
    CHECK(talk.channel().disturbances() > before);
    CHECK(talk.channel().is_ready());
}

TEST_CASE("what users say is no complaint") {
    for (const auto* line : {":eve!u@h NOTICE bot :throttled, slow down", ":eve!u@h PRIVMSG #test :Excess Flood",
                             ":s NOTICE bot :*** Looking up your hostname", "ERROR :Closing link: (Ping timeout)",
                             ":eve!u@h QUIT :Excess Flood"}) {
        const auto message = IrcMessage::parse(line);
        REQUIRE(message);
        CHECK_FALSE(is_complaint(*message));
    }
}
