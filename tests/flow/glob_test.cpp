#include "bot/flow/glob.h"

#include <string>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

TEST_CASE("a glob is a pattern on the whole text") {
    struct Case {
        const char *pattern, *text;
        bool matches;
    };
    const auto c = GENERATE(values<Case>({{"kernel", "kernel", true},
                                          {"kernel", "kernel-rt", false},
                                          {"kernel", "Kernel", false},
                                          {"python-*", "python-requests", true},
                                          {"python-*", "python-", true},
                                          {"python-*", "python", false},
                                          {"*-devel", "glibc-devel", true},
                                          {"*-devel", "glibc-devel-static", false},
                                          {"*a*b*", "xxaxxbxx", true},
                                          {"*a*b*", "xxbxxaxx", false},
                                          {"*ab", "aab", true},
                                          {"r?el", "rhel", true},
                                          {"r?el", "rel", false},
                                          {"?", "", false},
                                          {"*", "", true},
                                          {"", "", true},
                                          {"", "a", false},
                                          {"**", "anything", true},
                                          {"a.c", "abc", false}}));
    CAPTURE(c.pattern, c.text);
    CHECK(matches_glob(c.pattern, c.text) == c.matches);
}

TEST_CASE("a hostile glob on a hostile text ends soon") {
    std::string pattern;
    for (int i = 0; i < 50; ++i) pattern += "*a";
    CHECK_FALSE(matches_glob(pattern + "b", std::string(20000, 'a')));
}
