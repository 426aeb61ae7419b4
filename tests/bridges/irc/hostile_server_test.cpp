// The corpus of bad lines that the fuzzer starts from (tests/fuzz/corpus/irc), without a fuzzer: any build runs it.
#include <catch2/catch.hpp>

#include "bridges/irc/line_splitter.h"
#include "tests/bridges/irc/conversation_world.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

TEST_CASE("whatever a server says, what we write are whole, short lines, and a good word after it is heard") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "tests/fuzz/corpus/irc")) {
        ++files;
        const auto bytes = read_file(entry.path());
        // In any pieces, from any place on: half a line is a bad line too.
        for (std::size_t from = 0; from < std::min<std::size_t>(bytes.size(), 60); ++from) {
            Talk talk;
            LineSplitter splitter;
            const auto hear = [&](std::string_view line) {
                if (!talk.conversation->ending()) talk.hear(std::string(line));
                talk.pass(1s);
                for (const auto& written : talk.written()) CHECK(written.size() < 540);
            };
            for (auto at = from; at < bytes.size(); at += 700)
                splitter.feed(std::string_view(bytes).substr(at, 700), hear);
            if (talk.conversation->ending()) continue;
            talk.hear("PING :still there");
            CHECK(count_of(talk.written(), "PONG :still there") == 1);
        }
    }
    CHECK(files >= 12);
}
