#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("our prefix is learned from our own JOIN and kept up to date") {
    Talk talk;
    talk.welcome();
    talk.join();
    // :bot!user@host.example NOTICE #test :...\r\n
    CHECK(talk.conversation->room(talk.channel()) ==
          512 - std::string(":bot!user@host.example NOTICE #test :\r\n").size());
    talk.hear(":irc.example 396 bot a.very.long.cloak.example :is now your host");
    CHECK(talk.conversation->room(talk.channel()) ==
          512 - std::string(":bot!user@a.very.long.cloak.example NOTICE #test :\r\n").size());
    talk.hear(":bot!user@host NICK :a_longer_nick");
    CHECK(talk.conversation->room(talk.channel()) ==
          512 - std::string(":a_longer_nick!user@a.very.long.cloak.example NOTICE #test :\r\n").size());
}

TEST_CASE("a server that claims a prefix of any length leaves us room to speak") {
    Talk talk;
    talk.welcome();
    talk.hear(":bot!" + std::string(8000, 'u') + " JOIN #test");
    CHECK(talk.conversation->room(talk.channel()) >= 200);
}

TEST_CASE("a kick is followed by a return, each time later") {
    Talk talk;
    talk.welcome();
    std::vector<std::chrono::milliseconds> waits;
    for (int kick = 0; kick < 10; ++kick) {
        talk.join();
        CHECK(talk.channel().is_ready());
        talk.hear(":op!o@h KICK #test bot :go away");
        CHECK(talk.channel().hindrance() == "kicked by op: go away");
        const auto from = talk.now;
        while (count_of(talk.written(), "JOIN #test") == 0) talk.pass_alive(1s);
        waits.push_back(std::chrono::ceil<std::chrono::milliseconds>(talk.now - from));
    }
    CHECK(waits.front() == 5s);
    CHECK(waits[1] == 10s);
    CHECK(waits.back() == 600s);
    CHECK(std::is_sorted(waits.begin(), waits.end()));
}

TEST_CASE("others' joins, kicks and parts are not ours") {
    Talk talk;
    talk.welcome();
    talk.hear(":other!u@h JOIN #test");
    CHECK_FALSE(talk.channel().is_joined());
    talk.join();
    talk.hear(":op!o@h KICK #test other :x");
    talk.hear(":other!u@h PART #test");
    talk.hear(":other!u@h QUIT :x");
    CHECK(talk.channel().is_ready());
    CHECK_FALSE(talk.conversation->ending());
}

TEST_CASE("a channel that refuses us is in an error state and is tried again slowly") {
    const auto numeric = GENERATE(std::string("471"), std::string("473"), std::string("474"), std::string("475"),
                                  std::string("477"), std::string("403"), std::string("405"), std::string("437"));
    Talk talk;
    talk.welcome();
    talk.hear(":s " + numeric + " bot #TEST :Cannot join channel");
    CHECK(talk.channel().is_barred());
    CHECK(talk.channel().hindrance() == numeric + " Cannot join channel");
    talk.pass_alive(59s);
    CHECK(count_of(talk.written(), "JOIN #test") == 0);
    talk.pass_alive(2s);
    CHECK(count_of(talk.written(), "JOIN #test") == 1);
    talk.join();
    CHECK(talk.channel().is_ready());
    CHECK_FALSE(talk.channel().is_barred());
}

TEST_CASE("a JOIN that nobody answers is an error state too") {
    Talk talk;
    talk.welcome();
    talk.pass_alive(31s);
    CHECK(talk.channel().is_barred());
    CHECK(talk.channel().hindrance() == "the server does not answer JOIN");
}

TEST_CASE("a channel that refuses what we say is in an error state for a minute") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.channel().disturbances();
    talk.hear(":s 404 bot #test :Cannot send to channel");
    CHECK(talk.channel().disturbances() == before + 1);
    CHECK(talk.channel().is_barred());
    talk.pass_alive(61s);
    CHECK(talk.channel().is_ready());
}

TEST_CASE("a moderated channel is an error state unless we have a voice") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.channel().disturbances();
    talk.hear(":op!o@h MODE #test +mv-o somebody else");
    CHECK(talk.channel().is_barred());
    CHECK(talk.channel().disturbances() > before);
    CHECK(talk.channel().hindrance().find("+m") != std::string::npos);
    talk.hear(":op!o@h MODE #test +b-k+v *!*@elsewhere key bot");
    CHECK(talk.channel().is_ready());
    talk.hear(":op!o@h MODE #test -v bot");
    CHECK(talk.channel().is_barred());
    talk.hear(":op!o@h MODE #test -m");
    CHECK(talk.channel().is_ready());
    talk.hear(":s 324 bot #test +ntmk key");
    CHECK(talk.channel().is_barred());
    talk.hear(":s 353 bot = #test :@op +bot other");
    CHECK(talk.channel().is_ready());
}

TEST_CASE("who is banned without a kick is silent until the ban goes, or a voice comes") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.channel().disturbances();
    talk.hear(":op!o@h MODE #test +bb someone!*@* *!*@other.example");
    CHECK(talk.channel().is_ready());
    talk.hear(":op!o@h MODE #test +b *!us?r@HOST.*");
    CHECK(talk.channel().hindrance() == "banned (*!us?r@HOST.*)");
    CHECK(talk.channel().disturbances() > before);
    talk.hear(":op!o@h MODE #test +v bot");
    CHECK(talk.channel().is_ready());
    talk.hear(":op!o@h MODE #test -v bot");
    CHECK(talk.channel().is_barred());
    talk.hear(":op!o@h MODE #test +e bot!*@*");
    CHECK(talk.channel().is_ready());
    talk.hear(":op!o@h MODE #test -e bot!*@*");
    CHECK(talk.channel().is_barred());
    talk.hear(":op!o@h MODE #test -b *!us?r@HOST.*");
    CHECK(talk.channel().is_ready());
}

TEST_CASE("a channel that forbids colours is noticed, also later") {
    Talk talk;
    talk.welcome();
    talk.join();
    CHECK_FALSE(talk.channel().strips_colors());
    talk.hear(":s 324 bot #test +cnt");
    CHECK(talk.channel().strips_colors());
    talk.hear(":op!o@h MODE #test -c");
    CHECK_FALSE(talk.channel().strips_colors());
    talk.hear(":op!o@h MODE #test +c");
    CHECK(talk.channel().strips_colors());
}

TEST_CASE("the mode for bots is set where the server has one") {
    Talk talk(Lines{});
    talk.hear(":s 001 bot :Welcome");
    talk.hear(":s 005 bot BOT=B :are supported");
    talk.written();
    talk.hear(":s 376 bot :End of MOTD");
    CHECK(talk.written() == Lines{"MODE bot +B"});
}

TEST_CASE("a channel's history outlives a connection") {
    Talk talk;
    talk.welcome();
    talk.join();
    talk.conversation.reset();
    CHECK_FALSE(talk.channel().is_joined());
    talk.conversation.emplace("net", talk.settings, talk.channels, talk.pacer, talk.now);
    talk.hear(":irc.example 001 bot :Welcome");
    talk.pass(0s);
    CHECK(count_of(talk.written(), "JOIN #test") == 1);
}

TEST_CASE("no line of a hostile server does harm") {
    const Lines lines = {"",
                         " ",
                         ":",
                         "@",
                         "@ :",
                         ":bot",
                         ":bot!u@h",
                         ":bot!u@h JOIN",
                         ":bot!u@h JOIN :",
                         "JOIN #test",
                         "KICK",
                         "KICK #test",
                         ":x KICK #test bot",
                         "MODE",
                         "MODE #test",
                         "MODE #test +",
                         "MODE #test +ov",
                         ":s 001",
                         ":s 005",
                         ":s 005 bot",
                         ":s 353",
                         ":s 353 bot = #test",
                         ":s 353 bot = #test :",
                         ":s 353 bot = #test :@@@@",
                         ":s 324",
                         ":s 324 bot #test",
                         ":s 396",
                         ":s 396 bot",
                         ":s 404",
                         ":s 404 bot",
                         ":s 470 bot #test ##elsewhere :Forwarding",
                         ":s 433",
                         ":bot!u@h NICK",
                         ":bot!u@h NICK :",
                         ":bot!u@h NICK :a b",
                         ":bot!u@h PART",
                         "PING",
                         "PONG",
                         ":s 999 x",
                         ":bot NICK :bot",
                         "\xff\xfe",
                         std::string(8000, '@'),
                         ":s 005 bot " + std::string(4000, 'A')};
    Talk talk;
    talk.welcome();
    for (int round = 0; round < 3; ++round)
        for (const auto& line : lines) talk.hear(line);
    talk.pass_alive(1h);
    CHECK_FALSE(talk.conversation->ending());
    CHECK(talk.conversation->nick() == "bot");
    talk.join();
    CHECK(talk.channel().is_ready());
    for (const auto& line : talk.written()) CHECK(line.size() < 500);
}

TEST_CASE("a changed host is counted in the room of a line, however the server tells it") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.conversation->room(talk.channel());
    const std::string longer = "a-much-longer-host.of.some.cloak.example";
    SECTION("396") { talk.hear(":irc.example 396 bot " + longer + " :is now your hidden host"); }
    SECTION("396 with the user") { talk.hear(":irc.example 396 bot user@" + longer + " :is now your hidden host"); }
    SECTION("CHGHOST") { talk.hear(":bot!user@host.example CHGHOST user " + longer); }
    SECTION("our own prefix before anything") { talk.hear(":bot!user@" + longer + " MODE #test +n"); }
    const auto expected = before - (longer.size() - std::string("host.example").size());
    CHECK(talk.conversation->room(talk.channel()) == expected);
}

TEST_CASE("colours that the server refuses are not sent again, by whatever words or modes") {
    Talk talk;
    talk.welcome();
    const bool is_inspircd = GENERATE(true, false);
    talk.hear(std::string(":irc.example 004 bot irc.example ") + (is_inspircd ? "InspIRCd-3" : "solanum-1.0") +
              " iosw biklmnopstv");
    talk.join();
    talk.hear(":irc.example 324 bot #test +nS");
    // On solanum S means that all must use TLS.
    CHECK(talk.channel().strips_colors() == is_inspircd);
    talk.hear(":someone!x@y MODE #test -S");
    CHECK_FALSE(talk.channel().strips_colors());
    const auto before = talk.channel().disturbances();
    SECTION("404 about colours") { talk.hear(":irc.example 404 bot #test :Can't send colors to channel (+c is set)"); }
    SECTION("408") { talk.hear(":irc.example 408 bot #test :You cannot use colors on this channel. Not sent: x"); }
    CHECK(talk.channel().strips_colors());
    CHECK(talk.channel().is_ready());
    CHECK(talk.channel().disturbances() > before);  // what was said is said once more
    talk.hear(":someone!x@y MODE #test -c");
    CHECK_FALSE(talk.channel().strips_colors());
}
