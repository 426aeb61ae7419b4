#include "bridges/irc/server_features.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

ServerFeatures told(const std::string& tokens) {
    const std::string line = ":irc.example 005 bot " + tokens + " :are supported by this server";
    ServerFeatures features;
    features.learn(*IrcMessage::parse(line));
    return features;
}

}  // namespace

TEST_CASE("names are folded as the server folds them") {
    CHECK(ServerFeatures().same("#Test[x]^", "#tEST{X}~"));
    CHECK(told("CASEMAPPING=rfc1459").same("a\\^", "A|~"));
    CHECK(told("CASEMAPPING=strict-rfc1459").same("a[", "A{"));
    CHECK_FALSE(told("CASEMAPPING=strict-rfc1459").same("^", "~"));
    CHECK(told("CASEMAPPING=ascii").same("#A", "#a"));
    CHECK_FALSE(told("CASEMAPPING=ascii").same("[", "{"));
    CHECK_FALSE(ServerFeatures().same("#a", "#ab"));
}

TEST_CASE("modes and their arguments follow PREFIX and CHANMODES") {
    const auto features = told("PREFIX=(qaohv)~&@%+ CHANMODES=beI,k,lf,imnst BOT=B");
    CHECK(features.member_mode('~') == 'q');
    CHECK(features.member_mode('+') == 'v');
    CHECK(features.member_mode('!') == 0);
    CHECK(features.is_member_mode('h'));
    CHECK(features.takes_argument('b', false));
    CHECK(features.takes_argument('k', false));
    CHECK(features.takes_argument('l', true));
    CHECK_FALSE(features.takes_argument('l', false));
    CHECK_FALSE(features.takes_argument('m', true));
    CHECK(features.bot_mode() == 'B');
    CHECK_FALSE(features.has_monitor());
    CHECK(told("MONITOR=100").has_monitor());
    CHECK(told("MONITOR").has_monitor());
    CHECK_FALSE(told("MONITOR=0").has_monitor());
}

TEST_CASE("nonsense about features changes nothing") {
    const auto tokens = GENERATE(std::string("PREFIX=(ov)@"), std::string("PREFIX=("), std::string("PREFIX="),
                                 std::string("CHANMODES=x"), std::string("CHANMODES=x,y"), std::string("BOT="),
                                 std::string("BOT=BB"), "CHANMODES=" + std::string(300, 'z') + ",,,", std::string("="));
    const auto features = told(tokens);
    CHECK(features.member_mode('@') == 'o');
    CHECK(features.takes_argument('b', true));
    CHECK_FALSE(features.takes_argument('z', true));
    CHECK(features.bot_mode() == 0);
}

TEST_CASE("a mask takes a prefix as the server would") {
    ServerFeatures features;
    struct Case {
        std::string mask;
        bool takes;
    };
    const auto expected =
        GENERATE(Case{"*", true}, Case{"*!*@*", true}, Case{"BOT!*@*", true}, Case{"bot!user@host.example", true},
                 Case{"b?t!*@*.example", true}, Case{"*.example", true}, Case{"*!*r@*", true}, Case{"", false},
                 Case{"bot", false}, Case{"bo!*@*", false}, Case{"*.exampl", false}, Case{"$a:bot", false},
                 Case{"*?????????????????????????", false});
    INFO(expected.mask);
    CHECK(features.matches(expected.mask, "bot!user@host.example") == expected.takes);
}

TEST_CASE("a mask made to be slow is answered at once") {
    ServerFeatures features;
    std::string mask;
    for (int i = 0; i < 200; ++i) mask += "*a";
    CHECK_FALSE(features.matches(mask + "b", std::string(4000, 'a')));
}
