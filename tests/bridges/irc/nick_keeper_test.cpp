#include "bridges/irc/nick_keeper.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

IrcSettings with_services(RegainBy regain) {
    IrcSettings settings;
    settings.regain = regain;
    settings.nickserv = "NickServ";
    settings.account = "user";
    settings.account_password = "pencil";
    return settings;
}

// In under another nick, on a server that says this about itself.
void welcome_as_other(Talk& talk, const std::string& features = "PREFIX=(ov)@+") {
    talk.hear(":irc.example 433 * bot :Nickname is already in use");
    talk.hear(":irc.example 001 bot_ :Welcome");
    talk.hear(":irc.example 005 bot_ " + features + " :are supported");
    talk.written();
}

}  // namespace

TEST_CASE("where there is no MONITOR, ISON is asked slowly, and the nick taken when it is free") {
    Talk talk(Lines{});
    welcome_as_other(talk);
    talk.pass_alive(300s);
    auto lines = talk.written();
    CHECK(count_of(lines, "ISON bot") == 3);
    CHECK(count_of(lines, "NICK bot") == 0);
    talk.hear(":irc.example 303 bot_ :Bot ");
    talk.pass_alive(1s);
    CHECK(count_of(talk.written(), "NICK bot") == 0);
    talk.hear(":irc.example 303 bot_ :");
    talk.pass_alive(1s);
    CHECK(count_of(talk.written(), "NICK bot") == 1);
    talk.hear(":bot_!user@host NICK :bot");
    CHECK(talk.conversation->nick() == "bot");
    talk.pass_alive(600s);
    lines = talk.written();
    CHECK(count_of(lines, "ISON bot") + count_of(lines, "NICK bot") == 0);
}

TEST_CASE("MONITOR, where the server has it, tells when the nick is free") {
    Talk talk(Lines{});
    welcome_as_other(talk, "MONITOR=100");
    talk.pass_alive(300s);
    auto lines = talk.written();
    CHECK(count_of(lines, "MONITOR + bot") == 1);
    CHECK(count_of(lines, "ISON bot") == 0);
    talk.hear(":irc.example 730 bot_ :bot!u@h");
    talk.hear(":irc.example 731 bot_ :another,BOT");
    talk.pass_alive(1s);
    CHECK(count_of(talk.written(), "NICK bot") == 1);
    talk.pass_alive(130s);  // refused for some reason, and nobody has it
    CHECK(count_of(talk.written(), "NICK bot") == 1);
    talk.hear(":bot_!user@host NICK :bot");
    talk.pass_alive(130s);
    lines = talk.written();
    CHECK(count_of(lines, "MONITOR - bot") == 1);
    CHECK(count_of(lines, "NICK bot") == 0);
}

TEST_CASE("who is seen to leave the wanted nick makes room at once") {
    const auto line = GENERATE(std::string(":bot!u@h QUIT :Ping timeout"), std::string(":bot!u@h NICK :away"));
    Talk talk(Lines{});
    welcome_as_other(talk);
    talk.hear(line);
    talk.pass_alive(1s);
    CHECK(count_of(talk.written(), "NICK bot") == 1);
}

TEST_CASE("complaint: ghost nicks. Services end our ghost where the operator wants that, once a connection") {
    const auto regain = GENERATE(RegainBy::ghost, RegainBy::regain);
    Talk talk(with_services(regain), {});
    welcome_as_other(talk);
    talk.pass_alive(6s);
    const std::string word = regain == RegainBy::ghost ? "GHOST" : "REGAIN";
    CHECK(count_of(talk.written(), "PRIVMSG NickServ :" + word + " bot pencil") == 1);
    talk.pass_alive(300s);
    const auto lines = talk.written();
    CHECK(count_of(lines, "ISON bot") == 3);
    CHECK(count_of(lines, "PRIVMSG NickServ :" + word + " bot pencil") == 0);
}

TEST_CASE("with the wanted nick nothing is asked, and a nick that services take away is not fought for") {
    Talk talk(with_services(RegainBy::waiting), {});
    talk.welcome();
    talk.pass_alive(300s);
    auto lines = talk.written();
    CHECK(count_of(lines, "ISON bot") + count_of(lines, "NICK bot") == 0);
    int tries = 0;
    for (int i = 0; i < 10; ++i) {
        talk.hear(":bot!user@host NICK :Guest1");
        talk.pass_alive(10s);
        tries += static_cast<int>(count_of(talk.written(), "NICK bot"));
        talk.hear(":Guest1!user@host NICK :bot");
        talk.pass_alive(1s);
    }
    CHECK(tries == 1);
}
