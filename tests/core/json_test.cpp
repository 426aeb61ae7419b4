#include "bot/core/json.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace fedmsgbot;
using Kind = JsonView::Kind;

namespace {

JsonDocument parsed(std::string_view bytes) {
    auto document = JsonDocument::parse(bytes);
    INFO(bytes);
    REQUIRE(document);
    return std::move(document).value();
}

std::string mended(std::string_view bytes) { return parsed(bytes).root().dump(); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

struct Pair {
    std::string in, out;
};

}  // namespace

TEST_CASE("every kind of value is told") {
    const auto document = parsed(R"([null,true,-5,18446744073709551615,1.5,"x",[],{}])");
    const auto root = document.root();
    const std::vector<Kind> kinds = {Kind::null, Kind::boolean, Kind::integer, Kind::natural,
                                     Kind::real, Kind::text,    Kind::array,   Kind::object};
    REQUIRE(root.size() == kinds.size());
    for (std::size_t n = 0; n < kinds.size(); ++n) CHECK(root.at(n).kind() == kinds[n]);
    CHECK(root.at(kinds.size()).is_missing());
    CHECK(JsonView().is_missing());
}

TEST_CASE("asking a value for what it is not gives the neutral answer") {
    const auto document = parsed(R"({"null":null,"text":"12","list":[1],"map":{"a":1},"true":true,"number":7})");
    const auto root = document.root();
    for (const auto* key : {"null", "text", "list", "map", "true", "number", "absent"}) {
        const auto value = root[key];
        INFO(key);
        if (!value.is_text()) CHECK(value.text().empty());
        if (key != std::string("number")) {
            CHECK(value.integer() == 0);
            CHECK(value.natural() == 0);
            CHECK(value.real() == 0);
        }
        if (key != std::string("true")) CHECK_FALSE(value.boolean());
        if (!value.is_object()) CHECK(value["a"].is_missing());
        if (!value.is_array()) CHECK(value.at(0).is_missing());
        if (!value.is_array() && !value.is_object()) CHECK(value.size() == 0);
        int visits = 0;
        if (!value.is_array()) value.each_element([&](JsonView) { return ++visits, true; });
        if (!value.is_object()) value.each_member([&](std::string_view, JsonView) { return ++visits, true; });
        CHECK(visits == 0);
    }
    CHECK(root["absent"]["deeper"].at(3)["still"].is_missing());
    CHECK(JsonView().dump().empty());
}

TEST_CASE("numbers saturate and truncate towards zero") {
    struct Case {
        std::string text;
        std::int64_t integer;
        std::uint64_t natural;
    };
    constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most_natural = std::numeric_limits<std::uint64_t>::max();
    const auto [text, integer, natural] = GENERATE_COPY(values<Case>({
        {"0", 0, 0},
        {"-0", 0, 0},
        {"1.9", 1, 1},
        {"-1.9", -1, 0},
        {"-7", -7, 0},
        {"9223372036854775807", most, 9223372036854775807u},
        {"9223372036854775808", most, 9223372036854775808u},
        {"18446744073709551615", most, most_natural},
        {"-9223372036854775808", least, 0},
        {"1e19", most, 10000000000000000000u},
        {"1e300", most, most_natural},
        {"-1e300", least, 0},
    }));
    const auto document = parsed(text);
    INFO(text);
    CHECK(document.root().integer() == integer);
    CHECK(document.root().natural() == natural);
}

TEST_CASE("members come in the order of the text, the last of two equal keys counts, and a visit can end") {
    const auto document = parsed(R"({"b":1,"a":2,"b":3})");
    std::string keys;
    document.root().each_member([&](std::string_view key, JsonView) { return keys += key, true; });
    CHECK(keys == "bab");
    CHECK(document.root()["b"].integer() == 3);
    int visits = 0;
    document.root().each_member([&](std::string_view, JsonView) { return ++visits, false; });
    CHECK(visits == 1);
    CHECK(document.root().dump() == R"({"b":1,"a":2,"b":3})");
}

TEST_CASE("views survive the move of their document, and many documents live side by side") {
    std::vector<JsonDocument> documents;
    std::vector<JsonView> views;
    for (int n = 0; n < 50; ++n) {
        documents.push_back(parsed("[\"text " + std::to_string(n) + "\"]"));
        views.push_back(documents.back().root());
    }
    for (int n = 0; n < 50; ++n) CHECK(views[n].at(0).text() == "text " + std::to_string(n));
}

TEST_CASE("what Python writes and broken senders send is mended") {
    const auto [in, out] = GENERATE(values<Pair>({
        {"[NaN,Infinity,-Infinity]", "[null,null,null]"},
        {"{\"NaN\":NaN}", "{\"NaN\":null}"},
        {"\"NaN and Infinity\"", "\"NaN and Infinity\""},
        {"[123456789012345678901234567890]", "[\"123456789012345678901234567890\"]"},
        {"[-123456789012345678901234567890]", "[\"-123456789012345678901234567890\"]"},
        {"[18446744073709551616, 18446744073709551615]", "[\"18446744073709551616\",18446744073709551615]"},
        {"[1e400, NaN]", "[null,null]"},
        {R"("\ud800")", "\"\uFFFD\""},
        {R"("\udc00x")", "\"\uFFFDx\""},
        {R"("\ud800\ud800")", "\"\uFFFD\uFFFD\""},
        {R"("\ud83d\ude00 \ud83d")", "\"\U0001F600 \uFFFD\""},
        {"\"\xff\xfe\"", "\"\uFFFD\uFFFD\""},
        {"\"a\xc3\"", "\"a\uFFFD\""},
        {"\"\xed\xa0\x80\"", "\"\uFFFD\uFFFD\uFFFD\""},
        {"\"\xc0\x80\"", "\"\uFFFD\uFFFD\""},
        {"\"raw\x01\n\ttext\"", "\"raw   text\""},
        {"{\"a\x01\":1}", "{\"a \":1}"},
        {std::string("\"a\0b\"", 5), "\"a b\""},
    }));
    CHECK(mended(in) == out);
}

TEST_CASE("what is no JSON is a problem") {
    const auto bytes = GENERATE(as<std::string>(), "", " ", "{", "[1,]", "{\"a\":}", "{a:1}", "'a'", "nul", "NaNa", "-",
                                "N", "I", "1 2", "[1] x", "\"open", "\"open\\", "\"\\u12", "\"\\ud800\\u", "01", "1.",
                                ".5", "+1", "--1", "{\"a\" 1}", "[NaN", "\x01", "\xff", std::string(1, '\0'),
                                std::string(1024 * 1024, '"'), std::string(1024 * 1024, '\\'));
    INFO(bytes.substr(0, 40));
    const auto document = JsonDocument::parse(bytes);
    REQUIRE_FALSE(document);
    CHECK_FALSE(document.problems().front().text.empty());
}

TEST_CASE("nesting is bounded") {
    CHECK(JsonDocument::parse(nested(JsonDocument::max_depth - 1)));
    CHECK_FALSE(JsonDocument::parse(nested(JsonDocument::max_depth + 1)));
    CHECK_FALSE(JsonDocument::parse(nested(10'000)));
    CHECK_FALSE(JsonDocument::parse(std::string(1'000'000, '[')));
    // Not only the first document after a large one.
    parsed("\"" + std::string(1024 * 1024, 'x') + "\"");
    CHECK_FALSE(JsonDocument::parse(nested(JsonDocument::max_depth + 1)));
    CHECK(JsonDocument::parse(nested(JsonDocument::max_depth - 1)));
}

TEST_CASE("large texts are read whole") {
    const std::string large(4 * 1024 * 1024, 'x');
    CHECK(parsed("[\"" + large + "\"]").root().at(0).text() == large);
    std::string many = "[0";
    for (int n = 1; n < 300'000; ++n) many += ",0";
    CHECK(parsed(many + "]").root().size() == 300'000);
}
