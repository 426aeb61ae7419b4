#include "bridges/irc/roster.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

const std::string joiner = "\u200d";

struct Company : Talk {
    Company() {
        conversation->accompany(roster);
        welcome();
        hear(":irc.example 005 bot PREFIX=(qov)~@+ CASEMAPPING=rfc1459 :are supported");
        join();
        hear(":irc.example 353 bot = #test :@ralph +~decause bot pingou[away] nirik!n@h");
    }
    ~Company() { conversation.reset(); }  // before what it accompanies
    std::string broken(const std::string& text) const { return roster.with_broken_nicks(text, "#test"); }

    Roster roster;
};

}  // namespace

TEST_CASE("a name of somebody in the channel is broken where a client would look for it") {
    const Company company;
    struct Case {
        std::string text, expected;
    };
    const auto given =
        GENERATE(Case{"ralph pushed", "r|alph pushed"}, Case{"by RALPH.", "by R|ALPH."}, Case{"(ralph)", "(r|alph)"},
                 Case{"ralph's", "r|alph's"}, Case{"the-ralph", "the-r|alph"}, Case{"ralph-laptop", "r|alph-laptop"},
                 Case{"ralphbean", "ralphbean"}, Case{"xralph", "xralph"}, Case{"\u00e4ralph", "\u00e4ralph"},
                 Case{"pingou{away}", "p|ingou{away}"}, Case{"nirik, decause", "n|irik, d|ecause"},
                 Case{"somebody else", "somebody else"}, Case{"", ""}, Case{"bo bot", "bo b|ot"});
    auto expected = given.expected;
    if (const auto at = expected.find('|'); at != std::string::npos) expected.replace(at, 1, joiner);
    if (const auto at = expected.find('|'); at != std::string::npos) expected.replace(at, 1, joiner);
    CHECK(company.broken(given.text) == expected);
}

TEST_CASE("who comes, goes and is renamed is followed") {
    Company company;
    const auto is_known = [&](const std::string& nick) { return company.broken(nick) != nick; };
    company.hear(":lmacken!l@h JOIN #TEST");
    CHECK(is_known("lmacken"));
    company.hear(":lmacken!l@h NICK lewk");
    CHECK_FALSE(is_known("lmacken"));
    CHECK(is_known("lewk"));
    company.hear(":lewk!l@h PART #test :bye");
    CHECK_FALSE(is_known("lewk"));
    company.hear(":nirik!n@h KICK #test ralph :out");
    CHECK_FALSE(is_known("ralph"));
    company.hear(":nirik!n@h QUIT :gone");
    CHECK_FALSE(is_known("nirik"));
    CHECK(is_known("decause"));
    company.hear(":x!x@h KICK #test bot :out");
    CHECK_FALSE(is_known("decause"));
}

TEST_CASE("a channel of more people than there is room for costs no more memory") {
    Company company;
    for (std::size_t i = 0; i < Roster::most_members + 100; ++i)
        company.hear(fmt::format(":somebody{}!x@h JOIN #test", i));
    CHECK(company.roster.members("#test") == Roster::most_members);
    CHECK(company.roster.overlooked() > 0);
}
