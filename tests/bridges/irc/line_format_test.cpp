#include "bridges/irc/line_format.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "bot/core/text.h"

using namespace fedmsgbot;

namespace {

Line line_of(std::string title, std::string text, std::string link = "", std::string service = "git") {
    Line line;
    line.title = std::move(title);
    line.text = std::move(text);
    line.link = std::move(link);
    line.service = std::move(service);
    return line;
}

const LineStyle plain{false, 2, LineStyle::default_palette(), LineForm::terse};
const LineStyle colored{true, 2, LineStyle::default_palette(), LineForm::terse};
const LineStyle full{false, 2, LineStyle::default_palette(), LineForm::full};

std::string words(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += (i ? " word" : "word") + std::to_string(i);
    return text;
}

// Our colour codes taken out, as a client shows it.
std::string shown(const std::string& text) {
    std::string seen;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x03') {
            i += 2;
        } else if (text[i] != '\x0f' && text[i] != '\x02') {
            seen += text[i];
        }
    }
    return seen;
}

}  // namespace

TEST_CASE("a line is title, dashes, text and link") {
    CHECK(format_line(line_of("git.receive", "ralph pushed", "https://x.example/1"), plain, 400) ==
          std::vector<std::string>{"git.receive -- ralph pushed https://x.example/1"});
    CHECK(format_line(line_of("git.receive", "ralph pushed"), plain, 400) ==
          std::vector<std::string>{"git.receive -- ralph pushed"});
    CHECK(format_line(line_of("", "ralph pushed"), plain, 400) == std::vector<std::string>{"ralph pushed"});
    CHECK(format_line(line_of("git.receive", ""), plain, 400) == std::vector<std::string>{"git.receive"});
    CHECK(format_line(line_of("", ""), plain, 400) == std::vector<std::string>{"(nothing)"});
}

TEST_CASE("each service has its colour, always of two digits") {
    struct Case {
        std::string service, code;
    };
    const auto expected =
        GENERATE(Case{"fas", "12"}, Case{"bodhi", "03"}, Case{"git", "04"}, Case{"fedoratagger", "05"},
                 Case{"wiki", "06"}, Case{"logger", "07"}, Case{"pkgdb", "10"}, Case{"buildsys", "08"},
                 Case{"planet", "09"}, Case{"anything", "15"});
    CHECK(format_line(line_of("t", "2 words", "http://x.example/", expected.service), colored, 400) ==
          std::vector<std::string>{"\x03" + expected.code + "t\x0f -- 2 words \x03" + "10http://x.example/\x0f"});
}

TEST_CASE("a title cannot extend our colour code") {
    CHECK(format_line(line_of("12", "x"), colored, 400).front() ==
          "\x03"
          "0412\x0f -- x");
    CHECK(format_line(line_of(",5", "x"), colored, 400).front() ==
          "\x03"
          "04\x02\x02,5\x0f -- x");
}

TEST_CASE("a long text goes on in a second line, then ends in an ellipsis; the link is whole") {
    const std::string link = "https://x.example/a/b";
    const auto two = format_line(line_of("t", words(30), link), plain, 150);
    REQUIRE(two.size() == 2);
    CHECK(two[0].starts_with("t -- word0 word1 "));
    CHECK(two[1].starts_with("... word"));
    CHECK(two[1].ends_with("word29 " + link));

    const auto cut = format_line(line_of("t", words(300), link), plain, 150);
    REQUIRE(cut.size() == 2);
    CHECK(cut[1].ends_with("... " + link));

    const auto one = format_line(line_of("t", words(300), link), {false, 1, {}, LineForm::terse}, 150);
    REQUIRE(one.size() == 1);
    CHECK(one[0].starts_with("t -- word0 "));
    CHECK(one[0].ends_with("... " + link));
}

TEST_CASE("a link that does not fit behind the text has a line of its own") {
    const std::string link = "https://x.example/" + std::string(100, 'y');
    const auto lines = format_line(line_of("t", words(10), link), plain, 130);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == "t -- " + words(10));
    CHECK(lines[1] == link);

    const auto one = format_line(line_of("t", words(100), link), {false, 1, {}, LineForm::terse}, 130);
    REQUIRE(one.size() == 2);
    CHECK(one[0].ends_with("..."));
    CHECK(one[1] == link);
}

TEST_CASE("a link that fits no line is left out, and a remark says so") {
    const auto lines = format_line(line_of("t", "x", "https://x.example/" + std::string(400, 'y')), plain, 150);
    CHECK(lines == std::vector<std::string>{"t -- x (its link is too long for IRC)"});
}

TEST_CASE("the plain form has no colour although the style has") {
    LineStyle style = colored;
    style.form = LineForm::plain;
    CHECK(format_line(line_of("t", "x", "http://x.example/"), style, 400) ==
          std::vector<std::string>{"t -- x http://x.example/"});
}

TEST_CASE("the full form has the whole topic, and the first lines of what is said at length") {
    auto line = line_of("git.receive", "ralph pushed", "http://x.example/");
    const std::string topic = "org.fedoraproject.prod.git.receive";
    CHECK(format_line(line, full, 400, topic) ==
          std::vector<std::string>{topic + " -- ralph pushed http://x.example/"});
    CHECK(format_line(line, full, 400) == std::vector<std::string>{"git.receive -- ralph pushed http://x.example/"});
    CHECK(format_line(line, plain, 400, topic).front().starts_with("git.receive -- "));
    line.long_form = "one\n\n  two\r\n\x01three";
    CHECK(format_line(line, full, 400, topic) ==
          std::vector<std::string>{topic + " -- ralph pushed http://x.example/", "| one", "| two..."});
    line.long_form = words(100);
    const auto long_line = format_line(line, full, 120, topic);
    REQUIRE(long_line.size() == 2);
    CHECK(long_line[1].starts_with("| word0 word1 "));
    CHECK(long_line[1].ends_with("..."));
    CHECK(long_line[1].size() <= 120);
    for (const auto& sent : format_line(line, full, 100, std::string(1000, 'x'))) CHECK(sent.size() <= 100);
}

TEST_CASE("a word that fits no line is cut between graphemes") {
    const auto piece = GENERATE(std::string("\U0001F468\u200D\U0001F469\u200D\U0001F467"), std::string("e\u0301\u0302"),
                                std::string("\U0001F1E9\U0001F1EA"), std::string("\u1100\u1161\u11A8"));
    std::string text;
    while (text.size() < 350) text += piece;
    for (std::size_t room = 110; room < 140; ++room) {
        const auto lines = format_line(line_of("t", text), {false, 10, {}, LineForm::terse}, room);
        REQUIRE(lines.size() > 2);
        for (const auto& line : lines) {
            const auto body = line.substr(line.starts_with("... ") ? 4 : 5);
            CHECK(body.size() % piece.size() == 0);
        }
    }
}

TEST_CASE("colours that a light or a dark background swallows have a readable neighbour") {
    CHECK(readable_color(*irc_color("light grey")) == irc_color("grey"));
    CHECK(readable_color(*irc_color("yellow")) == irc_color("orange"));
    CHECK(readable_color(*irc_color("red")) == irc_color("red"));
    for (int color = 0; color < 16; ++color) CHECK(readable_color(readable_color(color)) == readable_color(color));
}

TEST_CASE("no line is longer than its room, cut inside a character, or empty, whatever the text") {
    const auto piece = GENERATE(std::string("word "), std::string("\u00e4\u00f6"), std::string("\u4e2d\u6587"),
                                std::string("\U0001F468\u200D\U0001F469\u200D\U0001F467"), std::string("e\u0301\u0302"),
                                std::string("x"), std::string("a\r\nb"), std::string("\x03\x02\x01"));
    const auto style = GENERATE(plain, colored);
    std::string text;
    for (std::size_t n = 0; n < 260; ++n) {
        text += piece;
        for (const std::size_t room : {100u, 101u, 102u, 103u, 333u}) {
            const auto lines = format_line(line_of("git.receive", text, "https://x.example/"), style, room);
            REQUIRE(lines.size() <= 3);
            for (const auto& line : lines) {
                REQUIRE(line.size() <= room);
                REQUIRE(!line.empty());
                REQUIRE(is_valid_utf8(line));
            }
            REQUIRE(shown(lines.back()).ends_with("https://x.example/"));
        }
    }
}

TEST_CASE("hostile text becomes harmless") {
    const auto text = GENERATE(std::string("x\r\nQUIT :bye"), std::string("x\nJOIN 0"), std::string("x\rKICK"),
                               std::string("a\0b", 3), std::string("\x01VERSION\x01"),
                               std::string("\x01"
                                           "ACTION dies\x01"),
                               std::string("\x02\x03"
                                           "04,05red\x0f\x16\x1d\x1f\x11\x1e"),
                               std::string("\x7f\u0085\u2028\u2029"), std::string("\u202egnp.exe\u202c"),
                               std::string("\xff\xfe\xc0\x80"), std::string("\xed\xa0\x80"), std::string(600, 'x'),
                               std::string("\t\t tab"), std::string("\x1b[31mred"));
    const auto where = GENERATE(0, 1, 2);
    auto line = line_of("git.receive", "pushed", "https://x.example/");
    if (where == 0) line.title = text;
    if (where == 1) line.text = text;
    if (where == 2) line.link = "https://x.example/" + text;
    for (const auto& style : {plain, colored}) {
        for (const auto& sent : format_line(line, style, 400)) {
            CHECK(sent.size() <= 400);
            CHECK(is_valid_utf8(sent));
            CHECK(sent.front() != '\x01');
            const auto seen = shown(sent);
            CHECK(std::none_of(seen.begin(), seen.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
        }
    }
}
