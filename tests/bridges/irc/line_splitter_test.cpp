#include "bridges/irc/line_splitter.h"

#include <vector>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

std::vector<std::string> split(LineSplitter& splitter, std::string_view bytes, std::size_t piece) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        splitter.feed(bytes.substr(at, piece), [&](std::string_view line) { lines.emplace_back(line); });
    return lines;
}

}  // namespace

TEST_CASE("lines come out whole however the bytes come in") {
    const auto piece = GENERATE(1u, 2u, 3u, 5u, 100u);
    LineSplitter splitter;
    CHECK(split(splitter, "one\r\n\r\n\ntwo\nthree\r\r\nfour", piece) ==
          std::vector<std::string>{"one", "two", "three"});
    CHECK(split(splitter, "\r\n", piece) == std::vector<std::string>{"four"});
}

TEST_CASE("a NUL is a byte like others") {
    LineSplitter splitter;
    CHECK(split(splitter, std::string_view("a\0b\n", 4), 100) == std::vector<std::string>{std::string("a\0b", 3)});
}

TEST_CASE("a line of a megabyte is skipped and the next is heard") {
    const auto piece = GENERATE(1000u, 16384u, 3000000u);
    LineSplitter splitter;
    const auto lines = split(splitter, "before\n" + std::string(1 << 20, 'x') + "\nafter\n", piece);
    CHECK(lines == std::vector<std::string>{"before", "after"});
    CHECK(splitter.skipped() == 1);
}

TEST_CASE("the longest line that the protocol allows is heard") {
    LineSplitter splitter;
    CHECK(split(splitter, std::string(LineSplitter::max_bytes, 'x') + "\n", 1000).size() == 1);
    CHECK(split(splitter, std::string(LineSplitter::max_bytes + 1, 'x') + "\n", 1000).empty());
}
