#include "bot/core/severity.h"

#include <string>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

std::string severity_of(const std::string& headers) {
    const auto json = JsonDocument::parse(headers);
    REQUIRE(json);
    return std::string(name(severity(json->root())));
}

std::string severity_with(const std::string& value) {
    return severity_of("{\"fedora_messaging_severity\":" + value + "}");
}

}  // namespace

TEST_CASE("a message's severity is a number or a name, and info where it is neither") {
    CHECK(severity_with("10") == "debug");
    CHECK(severity_with("20") == "info");
    CHECK(severity_with("30") == "warning");
    CHECK(severity_with("40") == "error");
    CHECK(severity_with("35") == "warning");
    CHECK(severity_with("0") == "debug");
    CHECK(severity_with("-5") == "debug");
    CHECK(severity_with("99999999999") == "error");
    CHECK(severity_with("\"40\"") == "error");
    CHECK(severity_with("\"warning\"") == "warning");
    CHECK(severity_with("\"WARNING\"") == "warning");
    CHECK(severity_with("\"grave\"") == "info");
    CHECK(severity_with("\"\"") == "info");
    CHECK(severity_with("null") == "info");
    CHECK(severity_with("[30]") == "info");
    CHECK(severity_of("{}") == "info");
    CHECK(severity_of("[]") == "info");
    CHECK(name(severity(JsonView())) == "info");
}
