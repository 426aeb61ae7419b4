#include "bridges/microblog/post_text.h"

#include <catch2/catch.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

std::string repeat(const std::string& word, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += word;
    return text;
}

Line make_line(std::string text, std::string link = {}) {
    Line line;
    line.text = std::move(text);
    line.link = std::move(link);
    return line;
}

const std::string link = "https://src.fedoraproject.org/rpms/kernel/c/0123456789abcdef0123456789abcdef01234567";
const std::string family = "👨‍👩‍👧‍👦";

}  // namespace

TEST_CASE("a short sentence is posted as it is, its link after it") {
    CHECK(post_text(make_line("ralph pushed"), {}, Mentions::strip) == "ralph pushed");
    CHECK(post_text(make_line("ralph pushed", link), {}, Mentions::strip) == "ralph pushed " + link);
}

TEST_CASE("an address counts its fixed weight, so that a sentence may fill the rest to the last character") {
    const std::string exact(500 - 1 - 23, 'x');
    CHECK(post_text(make_line(exact, link), {}, Mentions::strip) == exact + " " + link);
    const std::string over = "word " + std::string(500 - 23 - 5, 'x');
    CHECK(post_text(make_line(over, link), {}, Mentions::strip) == "word… " + link);
}

TEST_CASE("a long sentence is cut at a word's end with an ellipsis, the link stays whole") {
    const auto limits = GENERATE(TextLimits{500, 23}, TextLimits{140, 0}, TextLimits{5000, 25}, TextLimits{100000, 32});
    const auto post = post_text(make_line(repeat("some words ", 20000), link), limits, Mentions::strip);
    CHECK(post.ends_with("… " + link));
    const bool ends_with_word = post.ends_with("some… " + link) || post.ends_with("words… " + link);
    CHECK(ends_with_word);
    const std::size_t counted = graphemes(post) - graphemes(link) + (limits.url ? limits.url : graphemes(link));
    CHECK(counted <= limits.characters);
    CHECK(counted > limits.characters - 7);
}

TEST_CASE("what a reader sees as one character counts as one") {
    const std::string exact = repeat(family, 500);
    CHECK(post_text(make_line(exact), {}, Mentions::strip) == exact);
    const auto cut = post_text(make_line(repeat(family, 501)), {}, Mentions::strip);
    CHECK(cut == repeat(family, 499) + "…");
    const std::string combined = repeat("e\u0301", 499);
    CHECK(post_text(make_line(combined + "e\u0301"), {}, Mentions::strip) == combined + "e\u0301");
}

TEST_CASE("one endless word is cut inside") {
    CHECK(post_text(make_line(std::string(900, 'x'), link), {}, Mentions::strip) ==
          std::string(500 - 23 - 2, 'x') + "… " + link);
}

TEST_CASE("an address inside the sentence is never cut in half") {
    const std::string words = repeat("word ", 92);
    const auto post = post_text(make_line(words + link + " tail"), TextLimits{500, 23}, Mentions::strip);
    CHECK(post == words.substr(0, words.size() - 1) + "…");
    CHECK(post_text(make_line(link + link, "https://example.org/"), TextLimits{100, 23}, Mentions::strip) ==
          "… https://example.org/");
}

TEST_CASE("a link that is longer than a whole post is left out") {
    const std::string endless = "https://example.org/" + std::string(200, 'x');
    CHECK(post_text(make_line("sentence", endless), TextLimits{140, 0}, Mentions::strip) == "sentence");
    CHECK(post_text(make_line("sentence", "https://example.org/" + std::string(118, 'x')), TextLimits{140, 0},
                    Mentions::strip)
              .starts_with("https://"));
}

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

}  // namespace fedmsgbot
