#include "bridges/timeline/timeline_settings.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

struct Read {
    explicit Read(const std::string& text)
        : table(std::move(Table::from_text(text, "test.toml")).value()), settings(read_timeline_settings(table)) {}
    Table table;
    TimelineSettings settings;
};

}  // namespace

TEST_CASE("an empty table is a timeline on loopback") {
    Read read("");
    CHECK(describe(read.table.problems()).empty());
    CHECK(read.settings.address == "127.0.0.1");
    CHECK(read.settings.port == 8080);
    CHECK(read.settings.public_url == "http://127.0.0.1:8080");
    CHECK(read.settings.keep.entries == 1000000);
    CHECK_FALSE(read.settings.keep.age);
}

TEST_CASE("every key of a timeline is read") {
    Read read(
        "listen = \"[::1]:9000\"\ntitle = \"The bus\"\npublic_url = \"https://bus.example.org/x/\"\n"
        "keep = { entries = 5000, age = \"30d\", size = \"20GB\" }\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
    CHECK(describe(read.table.problems()).empty());
    CHECK(read.settings.listen == "[::1]:9000");
    CHECK(read.settings.address == "::1");
    CHECK(read.settings.port == 9000);
    CHECK(read.settings.title == "The bus");
    CHECK(read.settings.public_url == "https://bus.example.org/x");
    CHECK(read.settings.keep.entries == 5000);
    CHECK(read.settings.keep.age == std::chrono::hours(24 * 30));
    CHECK(read.settings.keep.bytes == 20'000'000'000);
    CHECK(read.settings.is_public_url_set);
    CHECK(read.settings.trusted_proxies.trusts(boost::asio::ip::make_address("10.1.2.3")));
    CHECK_FALSE(read.settings.trusted_proxies.trusts(boost::asio::ip::make_address("127.0.0.1")));
}

TEST_CASE("the address of a timeline's own is where it listens, unless told") {
    CHECK(Read("listen = \"[::1]:9000\"").settings.public_url == "http://[::1]:9000");
}

TEST_CASE("what cannot be a timeline's setting is a problem at its place") {
    const auto text = GENERATE(
        as<std::string>(), "listen = \"8080\"", "listen = \"localhost:8080\"", "listen = \"127.0.0.1:0\"",
        "listen = \"127.0.0.1:70000\"", "listen = \"::1:80\"", "listen = \"[127.0.0.1]:80\"",
        "listen = \"127.0.0.1:80x\"", "listen = 8080", "title = \" \"", "public_url = \"bus.example.org\"",
        "public_url = \"javascript:x\"", "public_url = \"https://\"", "public_url = \"https://bus.example.org/?x\"",
        "keep = { entries = 0 }", "keep = { age = \"old\" }", "keep = { size = 3 }", "keep = { size = \"3\" }",
        "keep = { size = \"0GB\" }", "keep = { size = \"3 GB\" }", "keep = { height = 3 }", "port = 80",
        "trusted_proxies = [\"localhost\"]", "trusted_proxies = [\"10.0.0.0/40\"]");
    INFO(text);
    Read read(text);
    const auto problems = read.table.problems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].where.file == "test.toml");
    CHECK(problems[0].where.line == 1);
}
