#include "bridges/microblog/mastodon_api.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "bridges/microblog/server_time.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view posts_a_page = "40";  // what Mastodon allows at most

SystemTime now() { return std::chrono::system_clock::now(); }

bool is_good(const HttpResult& result) {
    return result.kind == HttpResult::Kind::answered && result.response.status >= 200 && result.response.status < 300;
}

std::string text(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A yes counts only with the id of what was made: a proxy's page can say 200 as well.
Attempt read_posted(const HttpResponse& response) {
    Attempt attempt;
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    if (json.is_object()) attempt.id = clean_line(text(json, "id"), 200);
    if (attempt.id.empty()) {
        attempt.why = describe_answer(response) + ", but no status in the answer";
        return attempt;
    }
    attempt.kind = Attempt::Kind::posted;
    attempt.url = clean_link(text(json, "url"));
    if (response.header("x-ratelimit-remaining") == "0") attempt.pause = asked_wait(response, now());
    return attempt;
}

// Of a look at the account that gave no page.
OwnPosts no_page(const HttpResult& result) {
    const Attempt attempt = classify(result, now());
    OwnPosts page;
    // Nothing was posted, so what would refuse a post is only a look that failed.
    page.kind = attempt.kind == Attempt::Kind::refused ? Attempt::Kind::unknown : attempt.kind;
    page.why = attempt.why.empty() ? describe_answer(result.response) : attempt.why;
    page.after = attempt.after;
    return page;
}

}  // namespace

MastodonApi::MastodonApi(asio::any_io_executor executor, MastodonSettings settings)
    : settings_(std::move(settings)), http_(std::move(executor)) {}

asio::awaitable<std::optional<TextLimits>> MastodonApi::limits(Deadline until) {
    for (const char* path : {"/api/v2/instance", "/api/v1/instance"}) {
        const HttpResult result = co_await get(path, until);
        if (result.kind != HttpResult::Kind::answered || result.response.status >= 500) co_return std::nullopt;
        if (!is_good(result)) continue;
        if (const auto found = parse_limits(result.response.body)) co_return found;
    }
    co_return TextLimits{};
}

asio::awaitable<Attempt> MastodonApi::post(Submission submission, Deadline until) {
    std::vector<std::pair<std::string, std::string>> form{{"status", std::move(submission.text)},
                                                          {"visibility", visibility_of(submission)},
                                                          // Pleroma and GoToSocial: no Markdown of strangers
                                                          {"content_type", "text/plain"}};
    if (!settings_.language.empty()) form.emplace_back("language", settings_.language);
    if (!submission.warning.empty()) form.emplace_back("spoiler_text", std::move(submission.warning));
    if (!submission.reply_to.empty()) form.emplace_back("in_reply_to_id", std::move(submission.reply_to));
    HttpRequest request("POST", settings_.url + "/api/v1/statuses");
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.headers.emplace_back("Idempotency-Key", std::move(submission.key));
    request.body = encode_form(form);
    const HttpResult result = co_await send(std::move(request), until);
    co_return is_good(result) ? read_posted(result.response) : classify(result, now());
}

// Only the first post of a thread is for everybody's timeline; whoever wants the rest follows the thread.
const std::string& MastodonApi::visibility_of(const Submission& submission) const {
    static const std::string of_the_rest = "unlisted";
    return submission.reply_to.empty() || settings_.visibility != "public" ? settings_.visibility : of_the_rest;
}

asio::awaitable<OwnPosts> MastodonApi::own_posts(std::string before, Deadline until) {
    if (account_.empty()) {
        const HttpResult result = co_await get("/api/v1/accounts/verify_credentials", until);
        const auto json = nlohmann::json::parse(result.response.body, nullptr, false);
        if (is_good(result) && json.is_object()) account_ = clean_line(text(json, "id"), 200);
        if (account_.empty()) co_return no_page(result);
    }
    std::string path = "/api/v1/accounts/" + percent_encode(account_) + "/statuses?limit=";
    path += posts_a_page;
    if (!before.empty()) path += "&max_id=" + percent_encode(before);
    const HttpResult result = co_await get(std::move(path), until);
    auto posts = is_good(result) ? parse_statuses(result.response.body) : std::nullopt;
    if (!posts) co_return no_page(result);
    OwnPosts page;
    page.kind = Attempt::Kind::posted;
    page.posts = std::move(*posts);
    page.server_time = parse_http_date(result.response.header("date"));
    co_return page;
}

asio::awaitable<HttpResult> MastodonApi::get(std::string path, Deadline until) {
    HttpRequest request("GET", settings_.url + path);
    co_return co_await send(std::move(request), until);
}

asio::awaitable<HttpResult> MastodonApi::send(HttpRequest request, Deadline until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    request.timeout = std::min(settings_.timeout, left);
    if (request.timeout <= 0ms) {
        HttpResult late;
        late.why = "no time left for another request";
        co_return late;
    }
    request.headers.emplace_back("Authorization", "Bearer " + settings_.token);
    request.headers.emplace_back("Accept", "application/json");
    co_return co_await http_.send(std::move(request));
}

}  // namespace fedmsgbot
