#include "config/catch_up_settings.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace fedmsgbot;
using namespace std::chrono_literals;

namespace {

std::string mistakes(const std::string& inside) {
    auto table = Table::from_text(fmt::format("catch_up = {{ {} }}", inside), "t.toml");
    REQUIRE(table);
    read_catch_up_settings(*table);
    return describe(table->problems());
}

}  // namespace

TEST_CASE("catching up is off, and on with an archive alone") {
    auto none = Table::from_text("", "t.toml");
    CHECK(read_catch_up_settings(*none).archive.empty());
    auto one =
        Table::from_text(R"(catch_up = { archive = "https://example.org/datagrepper", max_age = "90m" })", "t.toml");
    const auto settings = read_catch_up_settings(*one);
    CHECK(settings.archive == "https://example.org/datagrepper");
    CHECK(settings.max_age == 90min);
    CHECK(settings.page == 100);
    CHECK(one->problems().empty());
}

TEST_CASE("a mistake in catching up is told with its place") {
    CHECK(mistakes("max_age = \"1h\"").find("archive") != std::string::npos);
    for (const auto* archive :
         {"ftp://example.org", "example.org", "https://", "https://me:secret@example.org", "https://example.org/?a=b"})
        CHECK(mistakes(fmt::format("archive = \"{}\"", archive)).find("t.toml:1:") != std::string::npos);
    CHECK(mistakes("archive = \"https://a.example\", page = 101").find("page") != std::string::npos);
    CHECK(mistakes("archive = \"https://a.example\", every = \"0ms\"").find("every") != std::string::npos);
    CHECK(mistakes("archive = \"https://a.example\", pages = 1").find("unknown key") != std::string::npos);
}
