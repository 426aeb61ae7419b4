#include "bridges/irc/conversation.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("registration gives password, nick and user at once") {
    IrcSettings settings;
    settings.password = "se cret";
    Talk talk(settings, {});
    CHECK(talk.written() == Lines{"CAP LS 302", "PASS :se cret", "NICK bot", "USER fedmsgbot 0 * fedmsgbot"});
    talk.hear(":irc.example 001 bot_cut :Welcome");
    CHECK(talk.conversation->is_registered());
    CHECK(talk.conversation->nick() == "bot_cut");
}

TEST_CASE("a nick that is refused is followed by the alternates, then by underscores, and in the end by giving up") {
    IrcSettings settings;
    settings.alternates = {"other"};
    Talk talk(settings, {});
    talk.written();
    const Lines wanted = {"NICK other", "NICK bot_", "NICK bot__", "NICK bot___", "NICK bot____", "NICK bot_____"};
    for (const auto& next : wanted) {
        talk.hear(":irc.example 433 * bot :Nickname is already in use");
        CHECK(talk.written() == Lines{next});
    }
    talk.hear(":irc.example 436 * bot :Nickname collision");
    REQUIRE(talk.conversation->ending());
    CHECK(talk.conversation->ending()->kind == Ending::Kind::lost);
}

TEST_CASE("a stranger's change of nick, whose nick begins like ours, is not ours") {
    Talk talk;
    talk.welcome();
    talk.hear(":bot2!u@h NICK :bot3");
    talk.hear("NICK foo");
    CHECK(talk.conversation->nick() == "bot");
}

TEST_CASE("a server that does not want us is told apart from one that is lost") {
    struct Case {
        std::string line;
        Ending::Kind kind;
    };
    const auto expected = GENERATE(Case{":s 464 * :Password incorrect", Ending::Kind::refused},
                                   Case{":s 465 * :You are banned", Ending::Kind::refused},
                                   Case{"ERROR :Closing Link: x (K-Lined: spam)", Ending::Kind::refused},
                                   Case{"ERROR :Closing Link: x (Ping timeout)", Ending::Kind::closed},
                                   Case{"ERROR :Trying to reconnect too fast", Ending::Kind::closed});
    Talk talk;
    talk.hear(expected.line);
    INFO(expected.line);
    REQUIRE(talk.conversation->ending());
    CHECK(talk.conversation->ending()->kind == expected.kind);
}

TEST_CASE("a server that never welcomes us is given up") {
    Talk talk;
    talk.pass_alive(61s);
    CHECK(talk.conversation->ending());
}

TEST_CASE("many channels are joined slowly, and each command is charged to the pacer") {
    Lines names;
    for (int i = 0; i < 10; ++i) names.push_back("#c" + std::to_string(i));
    Talk talk(names);
    talk.hear(":irc.example 001 bot :Welcome");
    talk.written();
    CHECK(talk.pacer.available(talk.now) == 2);  // after CAP LS, NICK and USER
    talk.pass(0s);
    CHECK(talk.written() == Lines{"JOIN #c0"});
    CHECK(talk.pacer.available(talk.now) == 1);
    talk.pass(1999ms);
    CHECK(talk.written().empty());
    talk.pass(1ms);
    CHECK(talk.written() == Lines{"JOIN #c1"});
    talk.pass_alive(60s);
    const auto later = talk.written();
    for (int i = 2; i < 10; ++i) CHECK(count_of(later, names[static_cast<std::size_t>(i)].insert(0, "JOIN ")) >= 1);
}

TEST_CASE("PING is answered before everything else that waits to be written") {
    Talk talk;
    talk.welcome();
    talk.join();
    talk.conversation->say(talk.channel(), Lines(50, "text"), talk.now);
    talk.hear("PING :now please");
    talk.hear("@tag PING again");
    const auto lines = talk.written();
    REQUIRE(lines.size() == 52);
    CHECK(lines[0] == "PONG :now please");
    CHECK(lines[1] == "PONG again");
    CHECK(lines[2] == "NOTICE #test :text");
}

TEST_CASE("little is written at a time, in whole lines") {
    Talk talk;
    talk.welcome();
    talk.join();
    talk.conversation->say(talk.channel(), Lines(100, std::string(100, 'x')), talk.now);
    std::size_t total = 0;
    for (auto output = talk.conversation->take_output(1000); !output.empty();
         output = talk.conversation->take_output(1000)) {
        CHECK(output.size() < 1200);
        CHECK(output.ends_with("\r\n"));
        total += output.size();
    }
    CHECK(total == 100 * (100 + std::string("NOTICE #test :\r\n").size()));
}

TEST_CASE("a server that pings without end and reads nothing is left") {
    Talk talk;
    talk.welcome();
    for (int i = 0; i < 10000 && !talk.conversation->ending(); ++i) talk.hear("PING :" + std::string(300, 'x'));
    REQUIRE(talk.conversation->ending());
    CHECK(talk.conversation->take_output(1).size() < 70'000);
}

TEST_CASE("a silent link is asked and then given up within a minute") {
    Talk talk(Lines{});
    talk.welcome();
    talk.pass(28s);
    CHECK(talk.written() == Lines{"PING :fedmsgbot-1"});
    CHECK_FALSE(talk.conversation->ending());
    talk.pass(32s);
    CHECK(talk.conversation->ending());
}

TEST_CASE("a quiet link that answers is kept") {
    Talk talk(Lines{});
    talk.welcome();
    for (int minute = 0; minute < 60; ++minute) {
        talk.pass(28s);
        for (const auto& line : talk.written())
            if (line.starts_with("PING :")) talk.hear(":irc.example PONG irc.example " + line.substr(5));
    }
    CHECK_FALSE(talk.conversation->ending());
}

TEST_CASE("a server that talks but never answers our PING is given up") {
    Talk talk(Lines{});
    talk.welcome();
    talk.conversation->raise_barrier(talk.now);
    talk.pass_alive(299s);
    CHECK_FALSE(talk.conversation->ending());
    talk.pass_alive(2s);
    CHECK(talk.conversation->ending());
}

TEST_CASE("a barrier is passed by its own answer or a later one, and by nothing else") {
    Talk talk;
    talk.welcome();
    const auto first = talk.conversation->raise_barrier(talk.now);
    const auto second = talk.conversation->raise_barrier(talk.now);
    const auto third = talk.conversation->raise_barrier(talk.now);
    for (const auto* line : {"PONG", ":s PONG s :", ":s PONG s :fedmsgbot-", ":s PONG s :fedmsgbot-0", ":s PONG s :2",
                             ":s PONG s :fedmsgbot-4", ":s PONG s :fedmsgbot-99999999999999999999999",
                             ":s PONG s :fedmsgbot--1", ":s PONG s :fedmsgbot-1x", ":s NOTICE bot :fedmsgbot-1"})
        talk.hear(line);
    CHECK_FALSE(talk.conversation->is_passed(first));
    talk.hear(":s PONG s :fedmsgbot-2");
    CHECK(talk.conversation->is_passed(first));
    CHECK(talk.conversation->is_passed(second));
    CHECK_FALSE(talk.conversation->is_passed(third));
    talk.hear("PONG fedmsgbot-3");
    CHECK(talk.conversation->is_passed(third));
}
