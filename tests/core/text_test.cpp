#include "bot/core/text.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::string_literals;

namespace {

struct Pair {
    std::string in, out;
};

std::string every_byte() {
    std::string text;
    for (int round = 0; round < 2; ++round)
        for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(round ? 255 - byte : byte);
    return text;
}

}  // namespace

TEST_CASE("a clean line is one line of valid text") {
    const auto [in, out] = GENERATE(values<Pair>({
        {"", ""},
        {"plain text", "plain text"},
        {"  ends  ", "ends"},
        {"two  blanks stay", "two  blanks stay"},
        {"a\r\nQUIT :b", "a QUIT :b"},
        {"a\n\n\t\x01 b", "a  b"},
        {"\x02"
         "bold\x02 \x03"
         "04red\x0f",
         "bold   04red"},
        {"a\0b"s, "a b"},
        {"\0\0"s, ""},
        {"del\x7f.", "del ."},
        {"c1\xc2\x85.", "c1 ."},
        {"line\u2028paragraph\u2029.", "line paragraph ."},
        {"\u202eevil\u202c \u2066x\u2069\u200e\u200f", "evil x"},
        {"a\u061cb\u200bc\u2060d\u206fe\ufefff\ufff9g", "abcdefg"},
        {"\u200d\ufe0f\u00ad\u3164\u00a0 x", "x"},
        {"\u200c \u200d\ufe0f", ""},
        {"\U0001F469\u200d\U0001F4BB \u2764\ufe0f \u0646\u200c\u0627",
         "\U0001F469\u200d\U0001F4BB \u2764\ufe0f \u0646\u200c\u0627"},
        {"caf\u00e9 \U0001F600", "caf\u00e9 \U0001F600"},
        {"bad \xff\xc3(", "bad \uFFFD\uFFFD("},
        {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
        {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"cut \xf0\x9f\x98", "cut \uFFFD\uFFFD\uFFFD"},
    }));
    CHECK(clean_line(in) == out);
}

TEST_CASE("a clean line is never longer than asked for and ends with an ellipsis where it was cut") {
    const auto text = GENERATE(as<std::string>(), std::string(5000, 'x'), every_byte(),
                               std::string(5000, '\x01') + "tail", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9",
                               "\U0001F600\U0001F600\U0001F600\U0001F600", std::string(100, '\xff'), "short");
    for (std::size_t most = 0; most < 40; ++most) {
        const auto line = clean_line(text, most);
        INFO(most << ": " << line);
        CHECK(line.size() <= most);
        CHECK(is_valid_utf8(line));
        CHECK(line.find_first_of("\r\n\0\x01\x7f"s) == std::string::npos);
    }
    CHECK(clean_line("abcdefghij", 8) == "abcde\u2026");
    CHECK(clean_line("abcdefgh", 8) == "abcdefgh");
}

TEST_CASE("text behind a long run of blanks and control characters is not lost") {
    CHECK(clean_line(std::string(100'000, '\n') + "tail", 20) == "tail");
    CHECK(clean_line(std::string(100'000, ' ') + "tail", 20) == "tail");
    CHECK(clean_line("head" + std::string(100'000, '\n') + "tail", 20) == "head tail");
    std::string marks;
    for (int n = 0; n < 10'000; ++n) marks += "\u202e";
    CHECK(clean_line(marks + "tail", 20) == "tail");
}

TEST_CASE("a long text is shortened at a word's end where one is near, and never inside a grapheme") {
    CHECK(shortened_to_words("one two three", 13) == "one two three");
    CHECK(shortened_to_words("one two three", 12) == "one two\u2026");
    CHECK(shortened_to_words("one two three", 8) == "one two\u2026");
    CHECK(shortened_to_words("one two three", 7) == "one\u2026");
    CHECK(shortened_to_words("one two three", 3) == "on\u2026");
    CHECK(shortened_to_words("one two three", 1) == "\u2026");
    CHECK(shortened_to_words("one two three", 0).empty());
    CHECK(code_points(shortened_to_words("one " + std::string(2000, 'x'), 1000)) == 1000);
    CHECK(shortened_to_words("ab\U0001F469\u200d\U0001F4BBcd", 5) == "ab\u2026");
    std::string stacked = "e";
    for (int n = 0; n < 2000; ++n) stacked += "\u0301";
    CHECK(code_points(shortened_to_words(stacked, 1000)) == 1000);
}

TEST_CASE("a clean block keeps its lines and nothing else of control") {
    CHECK(clean_block("a\nb\tc") == "a\nb\tc");
    CHECK(clean_block("\n\n a\n\n b \n\n") == "a\n\n b");
    CHECK(clean_block("a\x02\x0b\x0c\n\xff") == "a \n\uFFFD");
    CHECK(clean_block(std::string(100, 'x') + "\n" + std::string(100, 'y'), 50).size() <= 50);
}

TEST_CASE("a clean link is a web address without anything that ends it early, or nothing") {
    const auto [in, out] = GENERATE(values<Pair>({
        {"https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"},
        {" HTTP://Example.org \n", "HTTP://Example.org"},
        {"example.org/path", "example.org/path"},
        {"/relative", "/relative"},
        {"javascript:alert(1)", ""},
        {"JaVaScRiPt:alert(1)", ""},
        {" \tdata:text/html,x", ""},
        {"mailto:a@b", ""},
        {"ftp://example.org", ""},
        {"https://example.org/a b", "https://example.org/a%20b"},
        {"https://example.org/\"><script>", "https://example.org/%22%3E%3Cscript%3E"},
        {"https://example.org/\r\nQUIT", "https://example.org/%0D%0AQUIT"},
        {"https://example.org/\\`\x7f", "https://example.org/%5C%60%7F"},
        {"https://example.org/\u00e9", "https://example.org/%C3%A9"},
        {"https://example.org/\xff", ""},
        {"", ""},
    }));
    CHECK(clean_link(in) == out);
}

TEST_CASE("a link that is too long is no link, for a part of it leads elsewhere") {
    CHECK(clean_link("https://example.org/" + std::string(2028, 'x')).size() == 2048);
    CHECK(clean_link("https://example.org/" + std::string(2029, 'x')).empty());
    CHECK(clean_link("https://example.org/" + std::string(2028, ' ') + "x").empty());
}

TEST_CASE("a web link names its scheme") {
    CHECK(is_web_link("http://x"));
    CHECK(is_web_link("HTTPS://x"));
    CHECK_FALSE(is_web_link("http:/x"));
    CHECK_FALSE(is_web_link(" http://x"));
    CHECK_FALSE(is_web_link("x"));
    CHECK_FALSE(is_web_link(""));
}

TEST_CASE("prefixes end between characters") {
    CHECK(utf8_prefix("a\u00e9b", 2) == "a");
    CHECK(utf8_prefix("a\u00e9b", 3) == "a\u00e9");
    CHECK(utf8_prefix("\U0001F600", 3) == "");
    CHECK(utf8_prefix("abc", 10) == "abc");
    CHECK(utf8_prefix("abc", 0) == "");
    // Bytes that begin no character are characters of their own: there is always progress.
    CHECK(utf8_prefix(std::string(100, '\x80'), 50).size() == 50);
    CHECK(code_point_prefix("a\u00e9b", 2) == "a\u00e9");
    CHECK(code_point_prefix("a\xff"
                            "b",
                            2) == "a\xff");
    CHECK(code_point_prefix("ab", 5) == "ab");
    CHECK(grapheme_prefix("e\u0301x", 1) == "e\u0301");
    CHECK(grapheme_prefix("\U0001F468\u200D\U0001F469\u200D\U0001F467!", 1) ==
          "\U0001F468\u200D\U0001F469\u200D\U0001F467");
    CHECK(grapheme_prefix("abc", 0) == "");
}

TEST_CASE("word prefixes end between words where they can") {
    CHECK(word_prefix("one two three", 13) == "one two three");
    CHECK(word_prefix("one two three", 12) == "one two");
    CHECK(word_prefix("one two three", 7) == "one two");
    CHECK(word_prefix("one two three", 6) == "one");
    CHECK(word_prefix("one two  ", 20) == "one two");
    CHECK(word_prefix("abcdefghij", 4) == "abcd");
    CHECK(word_prefix("abc\u00e9\u00e9", 4) == "abc");
    CHECK(word_prefix("", 10) == "");
}

TEST_CASE("cutting a clean line into words always comes to an end and loses no word") {
    std::string line =
        clean_line("word " + std::string(300, 'x') + "  two  blanks \u00e9\u00e9\u00e9\u00e9 " + every_byte());
    std::string without_blanks;
    std::copy_if(line.begin(), line.end(), std::back_inserter(without_blanks), [](char c) { return c != ' '; });
    for (std::size_t most = 4; most < 60; ++most) {
        std::string_view rest = line;
        std::string joined;
        for (int pieces = 0; !rest.empty() && pieces < 2000; ++pieces) {
            const auto piece = word_prefix(rest, most);
            REQUIRE_FALSE(piece.empty());
            REQUIRE(piece.size() <= most);
            CHECK(is_valid_utf8(piece));
            std::copy_if(piece.begin(), piece.end(), std::back_inserter(joined), [](char c) { return c != ' '; });
            rest.remove_prefix(piece.size());
            rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        }
        CHECK(joined == without_blanks);
    }
}

TEST_CASE("characters are counted as people count them") {
    CHECK(code_points("a\u00e9\U0001F600") == 3);
    CHECK(code_points("\xff\xfe") == 2);
    CHECK(graphemes("e\u0301") == 1);
    CHECK(graphemes("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7") == 2);
    CHECK(graphemes("\U0001F468\u200D\U0001F469\u200D\U0001F467") == 1);
    CHECK(graphemes("\xff\xfe") == 2);
    CHECK(graphemes("") == 0);
}

TEST_CASE("valid UTF-8 is told from what only looks like it") {
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8("a\u00e9\u20ac\U0010FFFF\0"s));
    const auto bad = GENERATE(as<std::string>(), "\xff", "\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                              "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80");
    CHECK_FALSE(is_valid_utf8(bad));
    CHECK(utf8_sequence(bad) == 0);
    CHECK(utf8_sequence("\u20acx") == 3);
    CHECK(utf8_sequence("") == 0);
}

TEST_CASE("lower case is that of ASCII's letters, and nothing else is touched") {
    CHECK(in_lower_case("AZ az [@`{ 09") == "az az [@`{ 09");
    CHECK(in_lower_case("\u00c9 \u0130 \xff\0X"s) == "\u00c9 \u0130 \xff\0x"s);
    CHECK(in_lower_case("").empty());
}

TEST_CASE("a word of ASCII has no blank, no control character and no other letters") {
    for (const char* word : {"", "a", "!~", "abc-DEF/+="}) CHECK(is_ascii_word(word));
    for (const auto& other : {"a b"s, " "s, "a\n"s, "\x7f"s, "\u00e9"s, "a\0b"s}) CHECK_FALSE(is_ascii_word(other));
}
