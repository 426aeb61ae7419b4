#include "bot/source/line_reader.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

using Lines = std::vector<std::string>;

LineReader open(const TempFolder& folder, std::string_view text) {
    write_file(folder / "lines", text);
    auto reader = LineReader::open(folder / "lines");
    REQUIRE(reader);
    return std::move(reader).value();
}

// A line that is too long stands as `too long`.
Lines read(LineReader& reader) {
    Lines lines;
    std::string line;
    for (;;) {
        const auto step = reader.next(line);
        if (step == LineReader::Step::end) return lines;
        lines.push_back(step == LineReader::Step::line ? line : "too long");
    }
}

}  // namespace

TEST_CASE("lines end with LF, CR LF or the file") {
    const TempFolder folder;
    struct Case {
        std::string text;
        Lines lines;
    };
    const auto [text, lines] = GENERATE(values<Case>({
        {"", {}},
        {"a", {"a"}},
        {"a\n", {"a"}},
        {"a\r\nb\n\nc", {"a", "b", "", "c"}},
        {"\n", {""}},
        {std::string("a\0b\n", 4), {std::string("a\0b", 3)}},
    }));
    auto reader = open(folder, text);
    CHECK(read(reader) == lines);
}

TEST_CASE("a line that is too long is skipped, and its neighbours are read") {
    const TempFolder folder;
    const std::string longest(LineReader::most_bytes, 'x');
    auto reader = open(folder, "a\n" + longest + "\n" + longest + "x\nb\n" + longest + "x");
    CHECK(read(reader) == Lines{"a", longest, "too long", "b", "too long"});
    CHECK(reader.line_number() == 5);
}

TEST_CASE("a reader can start again") {
    const TempFolder folder;
    auto reader = open(folder, "a\nb");
    CHECK(read(reader) == Lines{"a", "b"});
    reader.rewind();
    CHECK(reader.line_number() == 0);
    CHECK(read(reader) == Lines{"a", "b"});
}

TEST_CASE("a file that cannot be read is one problem that names it") {
    const TempFolder folder;
    const auto path = GENERATE(true, false) ? folder / "absent" : folder.path();
    const auto reader = LineReader::open(path);
    REQUIRE_FALSE(reader);
    CHECK_THAT(describe(reader.problems()), Catch::StartsWith(path.string() + ": "));
}
