#include <catch2/catch.hpp>

#include "bridges/microblog/mastodon_json.h"

namespace fedmsgbot {

namespace {

struct Case {
    std::string json;
    std::size_t characters;
    std::size_t url;
};

}  // namespace

TEST_CASE("limits are read from what each server says") {
    const auto example = GENERATE(
        Case{R"({"configuration":{"statuses":{"max_characters":500,"characters_reserved_per_url":23}}})", 500, 23},
        Case{R"({"configuration":{"statuses":{"max_characters":5000,"characters_reserved_per_url":25}}})", 5000, 25},
        Case{R"({"configuration":{"statuses":{"max_characters":100000,"characters_reserved_per_url":32}}})", 100000,
             32},
        Case{R"({"max_toot_chars":5000,"configuration":{}})", 5000, 0},
        Case{R"({"max_toot_chars":1000,"configuration":{"statuses":{"max_characters":"many"}}})", 1000, 0});
    const auto limits = parse_limits(example.json);
    REQUIRE(limits);
    CHECK(limits->characters == example.characters);
    CHECK(limits->url == example.url);
}

TEST_CASE("limits that make no sense are not believed") {
    for (const char* json :
         {"", "<html>", "[]", "null", "{}", R"({"configuration":[]})", R"({"configuration":{"statuses":5}})",
          R"({"configuration":{"statuses":{"max_characters":0}}})",
          R"({"configuration":{"statuses":{"max_characters":-5}}})",
          R"({"configuration":{"statuses":{"max_characters":99999999999}}})", R"({"max_toot_chars":3.5})",
          "{\"max_toot_chars\":500,\"x\":\"\xff\"}"}) {
        INFO(json);
        CHECK_FALSE(parse_limits(json));
    }
}

TEST_CASE("a list of statuses is read as far as it makes sense") {
    const auto posts = parse_statuses(
        R"json([{"id":"1","url":"https://a.example/1","content":"<p>x</p>","created_at":"2026-11-24T12:05:00.000Z"},
            {"content":"no id"}, 5, null, {"id":7}, {"id":"2","url":"javascript:alert(1)","created_at":null}])json");
    REQUIRE(posts);
    REQUIRE(posts->size() == 2);
    CHECK(posts->at(0).html == "<p>x</p>");
    CHECK(posts->at(0).created_at);
    CHECK(posts->at(1).id == "2");
    CHECK(posts->at(1).url.empty());
    CHECK_FALSE(posts->at(1).created_at);
    for (const char* json : {"", "{}", "<html>", "[{\"id\":\"1\""}) CHECK_FALSE(parse_statuses(json));
    CHECK(parse_statuses("[]")->empty());
    CHECK_FALSE(parse_statuses(std::string(100000, '[')));
}

}  // namespace fedmsgbot
