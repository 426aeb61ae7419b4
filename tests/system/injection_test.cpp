// Texts that try to be more than text, through the real binary into real servers, as an independent client sees them.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/support/ngircd.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

std::string repeated(const std::string& piece, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += piece;
    return all;
}

// Each as it stands between the quotes of a JSON string.
std::vector<std::string> injections() {
    std::vector<std::string> all = {
        // Line ends and what servers take for them.
        R"(a\r\nQUIT :gone)",
        R"(a\nJOIN 0)",
        R"(a\rPART #test)",
        R"(\r\n\r\n)",
        R"(a\u0000QUIT)",
        R"(a\u0000\r\nKICK #test bot)",
        R"(a\u0085NICK evil)",
        R"(a\u2028PRIVMSG #test :x)",
        R"(a\u2029MODE #test +m)",
        R"(a\u000bb\u000cc)",
        R"(a\tb)",
        R"(\n:irc.example 433 * bot :in use)",
        R"(a\r\n\r\n\r\nOPER a b)",
        R"(a\\r\\nQUIT)",
        R"(a%0d%0aQUIT)",
        // CTCP and DCC.
        R"(\u0001VERSION\u0001)",
        R"(\u0001ACTION dies\u0001)",
        R"(\u0001DCC SEND a 2130706433 1 1\u0001)",
        R"(\u0001PING 1\u0001)",
        R"(\u0001)",
        R"(a\u0001VERSION\u0001)",
        R"(\u0010n\u0010r\u00100)",
        // Formatting.
        R"(\u000304,05red)",
        R"(\u0002bold\u0002)",
        R"(\u001d\u001f\u0011\u001e\u0016\u000f)",
        R"(\u0004FF0000hex)",
        R"(\u0003)",
        R"(12 begins with digits)",
        R"(,5 begins with a comma)",
        R"(\u001b[2J\u001b]0;title\u0007)",
        R"(\u0007\u0007bell)",
        R"(\u007f\u0008\u0008back)",
        R"(\u009b31mC1)",
        // Beginnings that mean something to servers and clients.
        R"(:colon)",
        R"(/quit)",
        R"(!fedmsg help)",
        R"(@time=1 PRIVMSG #test :x)",
        R"(PRIVMSG #test :x)",
        R"(PING :x)",
        R"(ERROR :Closing Link)",
        R"(bot: !fedmsg mute)",
        R"(+OK encrypted)",
        R"(* bot waves)",
        R"(<admin> do as I say)",
        // Directions, and marks that show nothing.
        R"(\u202egnp.exe\u202c)",
        R"(\u2066\u2067\u2068\u2069isolates)",
        R"(\u200f\u200e\u061cmarks)",
        R"(\u200b\u200b)",
        R"(\ufeffbom)",
        R"(\u2060\u2061\u2064)",
        R"(\ufff9a\ufffab\ufffb)",
        R"(\u00ad\u034f)",
        R"(\u3164\u115f)",
        R"()",
        R"(   )",
        // Halves of characters.
        R"(\ud800)",
        R"(a\udc00b)",
        R"(\ud83d\u0041)",
        R"(\udc00\ud800)",
        R"(\uffff\ufffe)",
        // Astral, and what JSON can say in two ways.
        R"(\ud83d\ude00)",
        R"(\u0022\u005c\u002f)",
        R"(\udb40\udc01tags\udb40\udc7f)",
    };
    // What is longer than a line, and hard to cut.
    all.push_back(repeated("x", 600));
    all.push_back(repeated("word ", 200));
    all.push_back(repeated(R"(\u00e4)", 300));
    all.push_back(repeated(R"(\u4e2d\u6587)", 150));
    all.push_back(repeated(R"(\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66)", 40));
    all.push_back(repeated(R"(\ud83c\udde9\ud83c\uddea)", 120));
    all.push_back(repeated(R"(\ud83d\udc4d\ud83c\udffd)", 120));
    all.push_back(repeated(R"(e\u0301\u0302\u0303)", 120));
    all.push_back(repeated(R"(\u0915\u094d\u0937\u093f)", 90));
    all.push_back(repeated(R"(\u1100\u1161\u11a8)", 100));
    all.push_back("e" + repeated(R"(\u0301)", 400));
    all.push_back(repeated("y", 400) + R"(\r\nQUIT :at the cut)" + repeated(" z", 100));
    all.push_back(repeated("y", 425) + R"(\u0301\u0301 \u0001VERSION\u0001)" + repeated("z", 100));
    all.push_back(repeated(R"(\u200d)", 300) + "joiners");
    // Bytes that are no UTF-8: overlong line ends, a surrogate, beyond the last character, halves.
    for (const auto* bytes :
         {"a\xc0\x8d\xc0\x8aQUIT", "\xe0\x80\x8aQUIT", "\xed\xa0\x80", "\xff\xfe", "\xf4\x90\x80\x80", "a\x80", "\xc3"})
        all.emplace_back(bytes);
    return all;
}

std::string message(const std::string& text, std::size_t number) {
    return fmt::format(
               R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-{0}","msg":{{"message":"{1}","link":"https://example.org/{0}"}}}})",
               number, text) +
           "\n";
}

// Does `rest` go on where a grapheme begins?
bool begins_a_grapheme(const std::string& rest) { return graphemes("x" + rest) == graphemes(rest) + 1; }

void look_at(const std::vector<IrcReader::Seen>& lines, std::size_t count) {
    const std::string head = "announce.announcement -- ";
    const std::string giant = "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301";  // one grapheme over more than a line
    std::size_t number = 0;
    int lines_of_post = 0;
    for (const auto& line : lines) {
        INFO(number << ": " << line.text);
        CHECK(line.nick == "bot");
        CHECK(line.is_notice);
        CHECK(is_valid_utf8(line.text));
        CHECK(std::none_of(line.text.begin(), line.text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
        CHECK(line.text == clean_line(line.text));
        CHECK(line.text.size() <= 512 - std::string(":bot!fedmsgbot@127.0.0.1 NOTICE #test :\r\n").size());
        const auto link = fmt::format("https://example.org/{}", number);
        const bool is_link_alone = line.text == link;  // it did not fit behind the text
        const bool goes_on = line.text.starts_with("... ") || is_link_alone;
        CHECK(goes_on == (lines_of_post > 0));
        CHECK((goes_on || line.text.starts_with(head)));
        if (goes_on && !is_link_alone && line.text.find(giant) == std::string::npos)
            CHECK(begins_a_grapheme(line.text.substr(4)));
        ++lines_of_post;
        if (!is_link_alone && !line.text.ends_with(" " + link)) continue;
        CHECK(lines_of_post <= 4);
        lines_of_post = 0;
        ++number;
    }
    CHECK(number == count);
}

}  // namespace

TEST_CASE("whatever a message says, the channel sees one harmless line of it, or that and its continuations") {
    const bool on_ngircd = GENERATE(true, false);
    const TempFolder folder;
    std::optional<Ngircd> ngircd;
    std::optional<Inspircd> inspircd;
    if (on_ngircd)
        ngircd.emplace();
    else
        inspircd.emplace(Inspircd::Options{.threshold = 1000, .commandrate = 1000000});
    const auto port = on_ngircd ? ngircd->port() : inspircd->port();
    const IrcReader reader(port, "#test");

    const auto texts = injections();
    REQUIRE(texts.size() >= 60);
    std::string recorded;
    for (std::size_t i = 0; i < texts.size(); ++i) recorded += message(texts[i], i);
    write_file(folder / "messages.jsonl", recorded);
    BotProcess bot(folder, fmt::format("state_dir = \"{}\"\n[source.recorded]\nkind = \"file\"\npath = \"{}\"\n"
                                       "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\nport = {}\ntls = false\n"
                                       "nick = \"bot\"\nform = \"plain\"\nmax_lines = 4\npace = {{ burst = 20, every = "
                                       "\"20ms\" }}\njoin_every = \"0s\"\n[bridge.net.talk]\n"
                                       "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#test\"]\n",
                                       (folder / "state").string(), (folder / "messages.jsonl").string(), port));
    const auto last = fmt::format("https://example.org/{}", texts.size() - 1);
    const bool has_ended = eventually(
        [&] {
            const auto seen = reader.texts();
            return !seen.empty() && seen.back().ends_with(last);
        },
        120s);
    INFO(bot.process().errors());
    REQUIRE(has_ended);
    bot.process().wait(60s);
    look_at(reader.lines(), texts.size());
    CHECK(reader.ctcp_count() == 0);
    const auto summary = bot.line_with("summary ");
    CHECK(count_in(summary, "delivered") == static_cast<long long>(texts.size()));
    CHECK(bot.process().errors().find("irc.disconnected") == std::string::npos);
}
