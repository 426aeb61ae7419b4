#include "bot/archive/archive_row.h"

#include <string>

#include <catch2/catch.hpp>

#include "bot/archive/json_slices.h"

using namespace fedmsgbot;

namespace {

std::string cleaned(std::string_view row) {
    const auto message = read_archive_row(row);
    return message ? message->bytes() : message.problems().front().text;
}

}  // namespace

TEST_CASE("what the archive added to a message is taken away, and the rest stays as it is written") {
    CHECK(
        cleaned(
            R"({"topic": "a.b", "source_name": "datanommer", "source_version": "1", "users": ["x"], "packages": [], "agent_name": null, "meta": {"url": "u"}, "msg": {"big": 123456789012345678901234567890, "f": 1.10, "s": "\u00e9 \"}, ]"}, "headers": null})") ==
        R"({"topic":"a.b","msg":{"big": 123456789012345678901234567890, "f": 1.10, "s": "\u00e9 \"}, ]"}})");
    CHECK(
        cleaned(
            R"({"topic": "a.b", "id": "x", "headers": {"sent-at": "2024-01-01T00:00:00Z"}, "queue": null, "body": {}})") ==
        R"({"topic":"a.b","id":"x","headers":{"sent-at": "2024-01-01T00:00:00Z"},"body":{}})");
    CHECK(cleaned(R"({"topic": "a.b", "headers": { }, "signature": null, "crypto": "x509", "msg": null})") ==
          R"({"topic":"a.b","crypto":"x509","msg":null})");
}

TEST_CASE("whole seconds are whole again") {
    CHECK(cleaned(R"({"topic": "a.b", "timestamp": 1700000000.0})") == R"({"topic":"a.b","timestamp":1700000000})");
    CHECK(cleaned(R"({"topic": "a.b", "timestamp": 1357924680.25})") == R"({"topic":"a.b","timestamp":1357924680.25})");
    CHECK(cleaned(R"({"topic": "a.b", "timestamp": null})") == R"({"topic":"a.b","timestamp":null})");
}

TEST_CASE("a row that is no message is a problem") {
    for (const auto* row :
         {"", "7", "[]", "{", "{}", R"({"topic": 7})", R"({"topic)", R"({"topic":)", R"(["a", {"topic": "b"}])"})
        CHECK_FALSE(read_archive_row(row));
}

TEST_CASE("slices of broken JSON end somewhere") {
    const std::string text = R"({"a": [1, {"b": "x\"y"}], "c" : null , "a": 2})";
    CHECK(slice_of(text, "a") == "2");
    CHECK(slice_of(text, "c") == "null");
    for (std::size_t size = 0; size <= text.size(); ++size)
        each_slice(std::string_view(text).substr(0, size), [](JsonSlice) { return true; });
}
