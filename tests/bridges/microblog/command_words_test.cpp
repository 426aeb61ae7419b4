#include "bridges/microblog/command_words.h"

#include <catch2/catch.hpp>

#include "bridges/microblog/html_text.h"

using namespace fedmsgbot;

TEST_CASE("a text that begins with a word that a server may obey is seen, in any case and after blanks") {
    const std::string text = GENERATE(as<std::string>{}, "d kevin hello", "D", "  On", "follow kevin", "STOP", "help",
                                      "sub x", "rt 12", "fav\tkevin", "untrack all", "whois kevin", "r kevin yes");
    CHECK(begins_with_command(text));
    CHECK_FALSE(begins_with_command(behind_a_guard(text)));
    CHECK(reads_alike(text, escape_html(behind_a_guard(text))));
}

TEST_CASE("any other text goes as it is") {
    const std::string text = GENERATE(as<std::string>{}, "", " ", "kevin d", "dnf", "on:", "@d x", "#help", "subs x",
                                      "buildsys.build.state.change -- d", "ön air", "\u200bd x");
    CHECK_FALSE(begins_with_command(text));
}
