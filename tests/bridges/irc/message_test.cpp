#include "bridges/irc/message.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

struct Case {
    std::string line, tags, source, command;
    std::vector<std::string> parameters;
};

}  // namespace

TEST_CASE("a line of IRC is taken apart") {
    const auto expected =
        GENERATE(Case{"PING :token", "", "", "PING", {"token"}}, Case{"PING token", "", "", "PING", {"token"}},
                 Case{":irc.example 001 bot :Welcome to it", "", "irc.example", "001", {"bot", "Welcome to it"}},
                 Case{":n!u@h PRIVMSG #c ::)", "", "n!u@h", "PRIVMSG", {"#c", ":)"}},
                 Case{":n!u@h  JOIN   #c  ", "", "n!u@h", "JOIN", {"#c"}},
                 Case{"@time=1;x=y :s PONG s :t", "time=1;x=y", "s", "PONG", {"s", "t"}},
                 Case{"@tag PING :x", "tag", "", "PING", {"x"}}, Case{"NICK foo", "", "", "NICK", {"foo"}},
                 Case{":s TOPIC #c :", "", "s", "TOPIC", {"#c", ""}}, Case{"  QUIT", "", "", "QUIT", {}},
                 Case{":s 005 bot A=b :are supported", "", "s", "005", {"bot", "A=b", "are supported"}});
    const auto message = IrcMessage::parse(expected.line);
    INFO(expected.line);
    REQUIRE(message);
    CHECK(message->tags == expected.tags);
    CHECK(message->source == expected.source);
    CHECK(message->command == expected.command);
    CHECK(std::vector<std::string>(message->parameters.begin(), message->parameters.end()) == expected.parameters);
}

TEST_CASE("what is no message is not taken for one") {
    const auto line = GENERATE(std::string(), std::string(" "), std::string(":"), std::string(":source"),
                               std::string("@tags"), std::string("@tags :source"), std::string("12 x"),
                               std::string("1234 x"), std::string("12a"), std::string("PI NG", 2) + '\0' + "NG",
                               std::string("\x01PING x"), std::string(10000, ':'), std::string(10000, '@'));
    CHECK_FALSE(IrcMessage::parse(line));
}

TEST_CASE("a message of a thousand parameters is read without growing") {
    std::string line = "CMD";
    for (int i = 0; i < 1000; ++i) line += " p";
    const auto message = IrcMessage::parse(line);
    REQUIRE(message);
    CHECK(message->parameters.size() == IrcMessage::max_parameters);
    CHECK(message->parameter(5000).empty());
}

TEST_CASE("the nick is the source up to its user") {
    CHECK(IrcMessage::parse(":n!u@h QUIT")->nick() == "n");
    CHECK(IrcMessage::parse(":n@h QUIT")->nick() == "n");
    CHECK(IrcMessage::parse(":irc.example QUIT")->nick() == "irc.example");
    CHECK(IrcMessage::parse("QUIT")->nick().empty());
}

TEST_CASE("a tag's escapes are undone") {
    const auto message = IrcMessage::parse("@a=x\\:y\\sz\\\\\\r\\n\\b\\;b;c= PING");
    REQUIRE(message);
    CHECK(message->tag("a") == "x;y z\\\r\nb");
    CHECK(message->tag("b") == "");
    CHECK(message->tag("c") == "");
    CHECK_FALSE(message->tag("d"));
}

TEST_CASE("a line that we make cannot hold a second command") {
    CHECK(irc_line({"JOIN", "#c"}) == "JOIN #c");
    CHECK(irc_line({"USER", "u", "0", "*", "real name"}) == "USER u 0 * :real name");
    CHECK(irc_line({"PASS", ":colon"}) == "PASS ::colon");
    CHECK(irc_line({"QUIT", ""}) == "QUIT :");
    CHECK(irc_line({"PASS", "a\r\nQUIT"}) == "PASS aQUIT");
    CHECK(irc_line({"MODE", "a b\n", std::string_view("x\0y", 3)}) == "MODE ab xy");
}
