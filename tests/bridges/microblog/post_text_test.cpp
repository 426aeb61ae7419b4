#include "bridges/microblog/post_text.h"

#include <catch2/catch.hpp>

namespace fedmsgbot {

TEST_CASE("only an address that the server takes for one has the fixed weight") {
    const TextLimits limits{500, 23};
    CHECK(link_weight("https://a.example/" + std::string(300, 'x'), limits) == 23);
    CHECK(link_weight("https://a.io", limits) == 23);
    CHECK(link_weight("http://localhost:8080/x", limits) == 23);  // its own length, by chance
    CHECK(link_weight("http://localhost:8080/xyz", limits) == 25);
    CHECK(link_weight("http://127.0.0.1/", limits) == 17);
    CHECK(link_weight("https://a.example/", TextLimits{500, 0}) == 18);
    CHECK(link_weight("", limits) == 0);
}

TEST_CASE("nobody is pinged by accident") {
    const auto strip = [](const char* text) { return defuse_mentions(text, Mentions::strip); };
    CHECK(strip("@ralph gave a cookie to @pingou@fosstodon.org") == "ralph gave a cookie to pingou@fosstodon.org");
    CHECK(strip("(@ralph) \"@ralph\" -@ralph @@ralph é@ralph") == "(ralph) \"ralph\" -ralph ralph éralph");
    CHECK(strip("first\n@ralph") == "first\nralph");
    CHECK(strip("mail ralph@example.org, see https://x.example/@ralph and @ @.") ==
          "mail ralph@example.org, see https://x.example/@ralph and @ @.");
    CHECK(defuse_mentions("hi @ralph", Mentions::interrupt) == "hi @\u200bralph");
}

TEST_CASE("stripping a mention does not bring forth another") {
    for (const char* text : {"@@ralph", "@@@ralph", "@ralph@host", "@a@b@c", "x @@a@@b"}) {
        const auto once = defuse_mentions(text, Mentions::strip);
        INFO(text << " -> " << once);
        CHECK(defuse_mentions(once, Mentions::strip) == once);
    }
}

TEST_CASE("a text is cut at a word's end, and never inside an address") {
    const TextLimits limits{500, 23};
    CHECK(cut_text("one two three", 13, limits) == "one two three");
    CHECK(cut_text("one two three", 12, limits) == "one two");
    CHECK(cut_text("one\n\ntwo three", 8, limits) == "one\n\ntwo");
    CHECK(cut_text("endless", 3, limits) == "end");
    CHECK(cut_text("https://a.example/x y", 20, limits) == "");
    CHECK(cut_text("x https://a.example/x", 24, limits) == "x");
    CHECK(cut_text("x https://a.example/x", 25, limits) == "x https://a.example/x");
}

TEST_CASE("a text is split between words, all of it") {
    using Pieces = std::vector<std::string>;
    const TextLimits limits{500, 23};
    CHECK(split_text("one two three four", 8, 10, limits) == Pieces{"one two", "three four"});
    CHECK(split_text("one two", 100, 10, limits) == Pieces{"one two"});
    CHECK(split_text("one\ntwo three", 7, 20, limits) == Pieces{"one\ntwo", "three"});
    CHECK(split_text("a endlessword b", 4, 4, limits) == Pieces{"a", "endl", "essw", "ord", "b"});
    CHECK(split_text("", 4, 4, limits).empty());
    CHECK(split_text("x", 0, 0, limits) == Pieces{"x"});
}

TEST_CASE("splitting cuts no address, and leaves out one that fits no post") {
    using Pieces = std::vector<std::string>;
    const std::string longest = "https://a.example/" + std::string(40, 'x');
    CHECK(split_text("see " + longest + " now", 25, 25, TextLimits{25, 23}, longest) == Pieces{"see", longest, "now"});
    CHECK(split_text("see " + longest + " now", 30, 30, TextLimits{30, 23}, longest) ==
          Pieces{"see " + longest, "now"});
    CHECK(split_text("see " + longest + " now", 30, 30, TextLimits{30, 0}, longest) == Pieces{"see", "now"});
}

TEST_CASE("a hashtag is made of letters and digits, in words that a screen reader tells apart") {
    CHECK(hashtag("fedora") == "#fedora");
    CHECK(hashtag("#Fedora") == "#Fedora");
    CHECK(hashtag("release-monitoring") == "#releaseMonitoring");
    CHECK(hashtag("planète bleue") == "#planèteBleue");
    CHECK(hashtag("f42") == "#f42");
    for (const char* none : {"", "42", "- -", "#"}) CHECK(hashtag(none).empty());
}

}  // namespace fedmsgbot
