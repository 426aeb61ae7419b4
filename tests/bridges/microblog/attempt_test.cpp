#include "bridges/microblog/attempt.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace fedmsgbot {

namespace {

using Kind = Attempt::Kind;
const SystemTime noon{std::chrono::seconds(1795521900)};  // 2026-11-24T12:05:00Z

HttpResult answered(int status, std::string body = "{}", std::map<std::string, std::string> headers = {}) {
    HttpResult result;
    result.kind = HttpResult::Kind::answered;
    result.response.status = status;
    result.response.body = std::move(body);
    result.response.headers = std::move(headers);
    return result;
}

}  // namespace

TEST_CASE("a status decides what becomes of a post") {
    const auto [status, kind] = GENERATE(table<int, Kind>({{200, Kind::unknown},
                                                           {202, Kind::unknown},
                                                           {301, Kind::shut_out},
                                                           {400, Kind::refused},
                                                           {401, Kind::shut_out},
                                                           {403, Kind::shut_out},
                                                           {408, Kind::unknown},
                                                           {410, Kind::refused},
                                                           {413, Kind::refused},
                                                           {422, Kind::refused},
                                                           {429, Kind::held_off},
                                                           {500, Kind::unknown},
                                                           {502, Kind::unknown},
                                                           {503, Kind::unknown},
                                                           {504, Kind::unknown}}));
    CHECK(classify(answered(status), noon).kind == kind);
}

TEST_CASE("a 404 refuses a post when the API says it, and pauses the bridge when somebody else does") {
    CHECK(classify(answered(404, R"({"error":"Record not found"})"), noon).kind == Kind::refused);
    CHECK(classify(answered(404, "<html>no such page"), noon).kind == Kind::shut_out);
}

TEST_CASE("the reason holds the server's words, clean and bounded") {
    const std::string body = R"({"error":"Validation failed:\n\u0007Text )" + std::string(5000, 'x') + "\"}";
    const auto why = classify(answered(422, body), noon).why;
    CHECK(why.starts_with("HTTP 422: Validation failed: Text xxx"));
    CHECK(why.size() < 400);
    CHECK(classify(answered(422, "<html>"), noon).why == "HTTP 422");
    CHECK(classify(answered(302, "", {{"location", "https://new.example/"}}), noon).why.find("https://new.example/") !=
          std::string::npos);
}

TEST_CASE("a wait is what the server asks for, within an hour") {
    const auto wait = [](int status, const char* name, const char* value) {
        return classify(answered(status, "{}", {{name, value}}), noon).after;
    };
    CHECK(wait(429, "x-ratelimit-reset", "2026-11-24T12:06:30.000Z") == 90s);
    CHECK(wait(429, "x-ratelimit-reset", "1795521960") == 60s);
    CHECK(wait(429, "retry-after", "30") == 30s);
    CHECK(wait(429, "retry-after", "99999") == 1h);
    CHECK(wait(429, "retry-after", "0") == 1s);
    CHECK(wait(429, "x-ratelimit-reset", "nonsense") == 60s);
    CHECK(wait(429, "x-other", "") == 60s);
    CHECK(wait(503, "retry-after", "30") == 30s);
    CHECK_FALSE(wait(503, "x-other", ""));
    CHECK_FALSE(wait(503, "x-ratelimit-reset", "2026-11-24T12:06:30.000Z"));
    CHECK_FALSE(wait(401, "retry-after", "30"));
}

TEST_CASE("a broken answer is a verdict only when it says no") {
    auto broken = answered(422, "{\"error\":\"cut");
    broken.kind = HttpResult::Kind::unknown;
    CHECK(classify(broken, noon).kind == Kind::refused);
    broken.response.status = 200;
    broken.why = "connection\r\nlost";
    CHECK(classify(broken, noon).kind == Kind::unknown);
    CHECK(classify(broken, noon).why == "connection lost");
    broken.response.status = 0;
    CHECK(classify(broken, noon).kind == Kind::unknown);
}

TEST_CASE("what was not sent and what was cancelled are not confused with anything") {
    HttpResult result;
    result.kind = HttpResult::Kind::not_sent;
    CHECK(classify(result, noon).kind == Kind::not_sent);
    result.kind = HttpResult::Kind::cancelled;
    CHECK(classify(result, noon).kind == Kind::cancelled);
}

}  // namespace fedmsgbot
