#include "bridges/microblog/draft.h"

#include <catch2/catch.hpp>

#include "bot/core/mark.h"
#include "bot/core/text.h"
#include "tests/bridges/microblog/account.h"

namespace fedmsgbot {

namespace {

std::string repeat(const std::string& word, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += word;
    return text;
}

Line make_line(std::string text, std::string link = {}) {
    Line line;
    line.rule = "git.toml:push";
    line.service = "git";
    line.title = "git.receive";
    line.text = std::move(text);
    line.link = std::move(link);
    return line;
}

tmpl::LineTemplate words(const std::string& source) {
    return tmpl::LineTemplate::compile(source, [](std::size_t) { return Position{}; }).value();
}

Draft draft(const Line& line, const TextLimits& limits, const PostStyle& style) {
    return make_draft(*testing::make_message("2026-1"), line, limits, style);
}

// Of one post.
std::string post_text(const Line& line, const TextLimits& limits, Mentions mentions) {
    PostStyle style;
    style.mentions = mentions;
    const auto made = draft(line, limits, style);
    REQUIRE(made.parts.size() == 1);
    CHECK(made.warning.empty());
    return made.parts[0];
}

PostStyle thread() {
    PostStyle style;
    style.too_long = PostStyle::TooLong::thread;
    return style;
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
    const auto limits = GENERATE(TextLimits{500, 23}, TextLimits{140, 0}, TextLimits{5000, 25});
    const auto post = post_text(make_line(repeat("some words ", 1000), link), limits, Mentions::strip);
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

TEST_CASE("the operator's own words stand around the sentence, and it alone is cut") {
    PostStyle style;
    style.post = words("{{ text }} {{ link }} #{{ service }}");
    CHECK(draft(make_line("ralph pushed", link), {}, style).parts == std::vector{"ralph pushed " + link + " #git"});
    CHECK(draft(make_line("ralph pushed"), {}, style).parts == std::vector<std::string>{"ralph pushed #git"});
    const auto cut = draft(make_line(repeat("word ", 180) + "end", link), {}, style).parts;
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].ends_with("word… " + link + " #git"));
    const auto counted = weight(cut[0], {}, link);
    CHECK(counted <= 500);
    CHECK(counted > 500 - 7);
}

TEST_CASE("a template may show a part twice, in capitals, or over several lines") {
    PostStyle style;
    style.post = words("{{ text | upper }}\n\n\n\n{{ title }}:   {{ text }}\n");
    CHECK(draft(make_line("pushed"), {}, style).parts == std::vector<std::string>{"PUSHED\n\ngit.receive: pushed"});
    const auto cut = draft(make_line(repeat("word ", 100) + "end"), TextLimits{140, 0}, style).parts;
    REQUIRE(cut.size() == 1);
    CHECK(graphemes(cut[0]) <= 140);
    CHECK(cut[0].find("WORD…\n\ngit.receive: word") != std::string::npos);
}

TEST_CASE("a template that says nothing leaves the usual words, and one that says too much is cut") {
    PostStyle style;
    style.post = words("{% if packages %}{{ text }}{% endif %}");
    CHECK(draft(make_line("pushed", link), {}, style).parts == std::vector{"pushed " + link});
    style.post = words(repeat("fixed ", 100) + "{{ link }}");
    const auto cut = draft(make_line("pushed", link), {}, style).parts;
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].ends_with("fixed…"));
    CHECK(graphemes(cut[0]) <= 500);
}

TEST_CASE("nobody is mentioned by a template, nor by what it takes from the message") {
    const auto message = Message::parse(
        R"({"topic":"org.fedoraproject.prod.git.receive","msg_id":"1","msg":{"who":"@ralph@example.org"}})");
    PostStyle style;
    style.post = words("@{{ msg.who }} {{ text }}");
    style.warning = words("by {{ msg.who }}");
    const auto made = make_draft(*message, make_line("pushed"), {}, style);
    CHECK(made.parts == std::vector<std::string>{"ralph@example.org pushed"});
    CHECK(made.warning == "by ralph@example.org");
}

TEST_CASE("a content warning is one short line, and counts") {
    PostStyle style;
    style.warning = words("{{ service }}\nnews");
    const auto made = draft(make_line(std::string(900, 'x')), {}, style);
    CHECK(made.warning == "git news");
    CHECK(graphemes(made.parts.at(0)) == 500 - 8);
    style.warning = words(repeat("endless ", 100));
    CHECK(graphemes(draft(make_line("pushed"), TextLimits{140, 0}, style).warning) == 70);
    style.warning = words("{% if packages %}x{% endif %}");
    CHECK(draft(make_line("pushed"), {}, style).warning.empty());
}

TEST_CASE("tags come last, once each, and give way to the sentence") {
    PostStyle style;
    style.tags = {words("fedora"), words("{{ service }}"), words("#fedora"), words("{{ link }}"), words("42")};
    CHECK(draft(make_line("pushed"), {}, style).parts == std::vector<std::string>{"pushed #fedora #git"});
    CHECK(draft(make_line(std::string(490, 'x')), {}, style).parts ==
          std::vector<std::string>{std::string(490, 'x') + " #fedora"});
    CHECK(draft(make_line(std::string(499, 'x')), {}, style).parts == std::vector<std::string>{std::string(499, 'x')});
}

TEST_CASE("of a marked message nothing is said but the mark, whatever the template") {
    auto message =
        Message::parse(R"({"topic":"org.fedoraproject.prod.git.receive","msg_id":"1","msg":{"text":"a lie"}})").value();
    Arrival arrival;
    arrival.trust = Trust::invalid;
    message.note_arrival(arrival);
    PostStyle style;
    style.post = words("{{ text }} {{ msg.text }} {{ envelope.msg.text }}");
    style.warning = words("{{ msg.text }}");
    style.tags = {words("{{ msg.text }}")};
    CHECK(make_draft(message, marked_line(message), {}, style) == Draft{"", {"git.receive -- (invalid signature!)"}});
}

TEST_CASE("a long text is a thread: all of it, each part within the limit, in order") {
    const auto limits = GENERATE(TextLimits{500, 23}, TextLimits{140, 0}, TextLimits{300, 25});
    auto style = thread();
    style.tags = {words("fedora")};
    std::string text;
    for (int n = 0; n < 150; ++n) text += "word" + std::to_string(n) + " ";
    const auto made = draft(make_line(text, link), limits, style);
    REQUIRE(made.parts.size() > 1);
    std::string together;
    for (std::size_t n = 0; n < made.parts.size(); ++n) {
        INFO(made.parts[n]);
        CHECK(weight(made.parts[n], limits, link) <= limits.characters);
        const auto number = " (" + std::to_string(n + 1) + "/" + std::to_string(made.parts.size()) + ")";
        CHECK(made.parts[n].ends_with(n == 0 ? number + " #fedora" : number));
        together += made.parts[n].substr(0, made.parts[n].rfind(number)) + " ";
    }
    CHECK(together == text + link + " ");
}

TEST_CASE("what fits in one post is no thread") {
    CHECK(draft(make_line("pushed", link), {}, thread()).parts == std::vector{"pushed " + link});
    const std::string exact(500 - 1 - 23, 'x');
    CHECK(draft(make_line(exact, link), {}, thread()).parts == std::vector{exact + " " + link});
}

TEST_CASE("a thread has an end, and the link is on its last post") {
    auto style = thread();
    style.post = words("{{ text }} {{ long_form }} {{ link }}");
    auto line = make_line("pushed", link);
    line.long_form = repeat("some words ", 2000);
    const auto made = draft(line, {}, style);
    REQUIRE(made.parts.size() == most_parts);
    CHECK(made.parts.back().ends_with("… " + link + " (10/10)"));
    for (const auto& part : made.parts) CHECK(weight(part, {}, link) <= 500);
}

TEST_CASE("an operator may want shorter posts than the server allows, not longer ones") {
    PostStyle style;
    style.most_characters = 140;
    CHECK(graphemes(draft(make_line(std::string(900, 'x')), TextLimits{5000, 23}, style).parts.at(0)) == 140);
    CHECK(graphemes(draft(make_line(std::string(900, 'x')), TextLimits{100, 23}, style).parts.at(0)) == 100);
}

TEST_CASE("a long form is cut before the sentence") {
    PostStyle style;
    style.post = words("{{ text }}\n{{ long_form }}\n{{ link }}");
    CHECK(style.post.reads() == LineParts::all);
    auto line = make_line("ralph pushed", link);
    line.long_form = repeat("some words ", 200);
    const auto made = draft(line, {}, style).parts.at(0);
    CHECK(made.starts_with("ralph pushed\nsome words"));
    CHECK(made.ends_with("…\n" + link));
    CHECK(weight(made, {}, link) <= 500);
}

TEST_CASE("a draft is kept as text and read back, and any text is a draft") {
    for (const auto& draft : {Draft{"", {"text"}}, Draft{"warning", {"text"}}, Draft{"", {"one", "two"}},
                              Draft{"warning", {"one", "two\nlines", "three"}}})
        CHECK(decode(encode(draft)) == draft);
    CHECK(encode(Draft{"", {"text"}}) == "text");
    CHECK(decode("").parts == std::vector<std::string>{""});
}

TEST_CASE("no text and no limit make a draft without a part, or one that is too long") {
    const auto limits = GENERATE(TextLimits{20, 0}, TextLimits{20, 23}, TextLimits{101, 23}, TextLimits{115, 0},
                                 TextLimits{140, 0, TextLimits::Unit::code_points});
    const auto text = GENERATE(std::string("x"), std::string(3000, 'x'), repeat("@a ", 900), repeat(family, 300),
                               repeat("https://a.example/" + std::string(30, 'y') + " ", 40));
    auto style = GENERATE(PostStyle(), thread());
    style.tags = {words("fedora"), words("{{ service }}")};
    style.warning = words("warning");
    const auto made = draft(make_line(text, link), limits, style);
    REQUIRE(!made.parts.empty());
    for (const auto& part : made.parts) {
        INFO(part);
        CHECK_FALSE(part.empty());
        CHECK(weight(part, limits, link) + weight(made.warning, limits) <= limits.characters);
    }
}

}  // namespace fedmsgbot
