#include "bridges/microblog/attempt.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "bridges/microblog/server_time.h"

namespace fedmsgbot {

namespace {

using namespace std::chrono_literals;

constexpr Attempt::Duration default_wait = 60s;
constexpr Attempt::Duration least_wait = 1s;
constexpr Attempt::Duration most_wait = 1h;
constexpr std::size_t most_of_an_error = 300;

// The server's own words, or nothing when the body is none of an API: a proxy's page, a parked domain.
std::string api_error(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object()) return {};
    for (const char* key : {"error_description", "error", "message"}) {
        const auto found = json.find(key);
        if (found != json.end() && found->is_string()) return clean_line(found->get<std::string>(), most_of_an_error);
    }
    return {};
}

Attempt::Duration within_reason(Attempt::Duration wait) { return std::clamp(wait, least_wait, most_wait); }

Attempt make_attempt(Attempt::Kind kind, std::string why) {
    Attempt attempt;
    attempt.kind = kind;
    attempt.why = std::move(why);
    return attempt;
}

Attempt classify_status(const HttpResponse& response, SystemTime now) {
    const int status = response.status;
    std::string why = describe_answer(response);
    if (status == 429) {
        auto attempt = make_attempt(Attempt::Kind::held_off, std::move(why));
        attempt.after = asked_wait(response, now).value_or(default_wait);
        return attempt;
    }
    if (status == 408 || status >= 500 || status < 300) {
        auto attempt = make_attempt(Attempt::Kind::unknown, std::move(why));
        // Not the reset time of the allowance, which Mastodon tells with every answer.
        if (const auto wait = parse_wait(response.header("retry-after"), now); wait && status >= 500)
            attempt.after = within_reason(*wait);
        return attempt;
    }
    if (status < 400) {
        if (const auto& place = response.header("location"); !place.empty())
            why += " (the server redirects to " + clean_line(place, most_of_an_error) + ")";
        return make_attempt(Attempt::Kind::shut_out, std::move(why));
    }
    // A 404 that is no answer of an API is a wrong `url` or somebody's maintenance page: no reason to lose a message.
    const bool is_elsewhere = status == 404 && api_error(response.body).empty();
    if (status == 401 || status == 403 || status == 407 || is_elsewhere)
        return make_attempt(Attempt::Kind::shut_out, std::move(why));
    return make_attempt(Attempt::Kind::refused, std::move(why));
}

}  // namespace

Attempt classify(const HttpResult& result, SystemTime now) {
    switch (result.kind) {
        case HttpResult::Kind::cancelled:
            return make_attempt(Attempt::Kind::cancelled, "the bot is stopping");
        case HttpResult::Kind::not_sent:
            return make_attempt(Attempt::Kind::not_sent, clean_line(result.why, most_of_an_error));
        case HttpResult::Kind::unknown:
            // The status of a broken answer is a verdict all the same, as long as it is not yes.
            if (result.response.status < 300) break;
            [[fallthrough]];
        case HttpResult::Kind::answered:
            return classify_status(result.response, now);
    }
    return make_attempt(Attempt::Kind::unknown, clean_line(result.why, most_of_an_error));
}

std::string failure_text(const HttpResult& result) {
    std::string why = classify(result, std::chrono::system_clock::now()).why;
    return why.empty() ? describe_answer(result.response) : why;
}

std::optional<Attempt::Duration> asked_wait(const HttpResponse& response, SystemTime now) {
    for (const char* name : {"retry-after", "x-ratelimit-reset", "ratelimit-reset"})
        if (const auto wait = parse_wait(response.header(name), now)) return within_reason(*wait);
    return std::nullopt;
}

std::string describe_answer(const HttpResponse& response) {
    std::string text = "HTTP " + std::to_string(response.status);
    std::string error = api_error(response.body);
    if (error.empty() && response.header("content-type").starts_with("text/plain"))
        error = clean_line(response.body, most_of_an_error);
    if (!error.empty()) text += ": " + error;
    return text;
}

}  // namespace fedmsgbot
