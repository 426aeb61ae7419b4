#include "bot/source/file_source.h"

#include <string>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/source/collect.h"
#include "tests/support/publisher.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::collect;
using fedmsgbot::testing::fedmsg;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

FileSource source_of(const TempFolder& folder, std::string_view text, Source::Interest interest = {}) {
    write_file(folder / "messages.jsonl", text);
    auto reader = LineReader::open(folder / "messages.jsonl");
    REQUIRE(reader);
    return FileSource(std::move(reader).value(), std::move(interest));
}

std::vector<Message> read_all(FileSource& source) {
    boost::asio::io_context context;
    std::vector<Message> all;
    for (;;) {
        std::vector<Message> batch;
        REQUIRE(fedmsgbot::testing::run(context, fedmsgbot::testing::append_next(source, batch)));
        if (batch.empty()) return all;
        CHECK(batch.size() <= 256);
        for (auto& message : batch) all.push_back(std::move(message));
    }
}

}  // namespace

TEST_CASE("every message of a file comes, in order, and then an empty batch for ever") {
    const TempFolder folder;
    std::string text;
    for (int i = 1; i <= 1000; ++i) text += fedmsg("a.b.c.d", i) + "\n";
    auto source = source_of(folder, text);
    const auto all = read_all(source);
    REQUIRE(all.size() == 1000);
    for (int i = 1; i <= 1000; ++i) CHECK(all[i - 1].bytes() == fedmsg("a.b.c.d", i));
    CHECK(read_all(source).empty());
    CHECK(source.counters().received == 1000);
}

TEST_CASE("a bad line is counted and the others come") {
    const TempFolder folder;
    auto source =
        source_of(folder, fedmsg("a.b.c.d", 1) + "\n\nno JSON\n[1,2]\n" + std::string(5'000'000, 'x') + "\r\n" +
                              fedmsg("a.b.c.d", 2) + "\r\n{\"no\":\"topic\"}\n" + fedmsg("a.b.c.d", 3));
    const auto all = read_all(source);
    REQUIRE(all.size() == 3);
    CHECK(all.back().envelope()["i"].integer() == 3);
    CHECK(source.counters().malformed == 4);
    CHECK(source.counters().received == 7);
}

TEST_CASE("a topic nobody wants is left out") {
    const TempFolder folder;
    auto source = source_of(folder, fedmsg("a.b.c.d", 1) + "\n" + fedmsg("a.b.c.e", 2) + "\n",
                            [](std::string_view topic) { return topic == "a.b.c.e"; });
    CHECK(read_all(source).size() == 1);
    CHECK(source.counters().unwanted == 1);
}

TEST_CASE("an empty file ends at once, also one with only empty lines") {
    const TempFolder folder;
    const auto text = GENERATE("", "\n", "\n\n\r\n");
    auto source = source_of(folder, text);
    CHECK(read_all(source).empty());
    CHECK(source.counters().received == 0);
}
