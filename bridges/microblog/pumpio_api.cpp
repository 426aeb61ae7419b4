#include "bridges/microblog/pumpio_api.h"

#include <utility>

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

constexpr std::string_view activities_a_page = "100";  // 200 at most
// Pages that hold activities, but not one note: follows, likes.
constexpr int most_pages_without_notes = 5;

SystemTime now() { return std::chrono::system_clock::now(); }

Attempt read_posted(const HttpResponse& response) {
    Attempt attempt;
    auto note = parse_posted_note(response.body);
    if (!note) {
        attempt.why = describe_answer(response) + ", but no note in the answer";
        return attempt;
    }
    attempt.kind = Attempt::Kind::posted;
    attempt.id = std::move(note->id);
    attempt.url = std::move(note->url);
    return attempt;
}

// What is wrong with the signature, the account or the address is told as 400 or 404 too, and mostly not as JSON; a
// post of which the server says in JSON that it is bad is refused for good.
Attempt judge(const HttpResult& result) {
    Attempt attempt = classify(result, now());
    const int status = result.response.status;
    const bool is_about_us =
        status == 404 || (status == 400 && !result.response.header("content-type").starts_with("application/json"));
    if (attempt.kind == Attempt::Kind::refused && is_about_us) attempt.kind = Attempt::Kind::shut_out;
    return attempt;
}

}  // namespace

PumpioApi::PumpioApi(asio::any_io_executor executor, PumpioSettings settings)
    : settings_(std::move(settings)),
      client_(std::move(executor), settings_.timeout),
      keyring_(settings_.keys, settings_.credentials_file) {}

asio::awaitable<std::optional<TextLimits>> PumpioApi::limits(Deadline) {
    co_return TextLimits{settings_.style.most_characters, 0};  // the server has none
}

asio::awaitable<Attempt> PumpioApi::post(Submission submission, Deadline until) {
    HttpRequest request("POST", user() + "/feed");
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = note_activity(submission, settings_.is_public);
    const HttpResult result = co_await send(std::move(request), until);
    if (is_good(result)) co_return read_posted(result.response);
    Attempt attempt = judge(result);
    if (result.response.status != 500 || submission.reply_to.empty()) co_return attempt;
    // So is a reply answered whose parent is gone, and always will be. The second time the account's posts were read
    // between: the server is well.
    if (submission.key == failed_reply_) attempt.kind = Attempt::Kind::refused;
    failed_reply_ = std::move(submission.key);
    co_return attempt;
}

asio::awaitable<OwnPosts> PumpioApi::own_posts(std::string before, Deadline until) {
    std::string activity = before.empty() || before != last_note_ ? std::string() : last_activity_;
    for (int pages = 0;; ++pages) {
        std::string path = "/feed?count=";
        path += activities_a_page;
        if (!activity.empty()) path += "&before=" + percent_encode(activity);
        const HttpResult result = co_await get(std::move(path), until);
        auto found = is_good(result) ? parse_feed(result.response.body) : std::nullopt;
        if (!found) co_return no_page(judge(result));
        const bool is_end = found->last_activity.empty() || found->last_activity == activity;
        activity = found->last_activity;
        if (found->notes.empty() && !is_end && pages < most_pages_without_notes) continue;
        OwnPosts page = page_of(std::move(found->notes), result.response);
        last_activity_ = std::move(activity);
        last_note_ = page.posts.empty() ? std::string() : page.posts.back().id;
        co_return page;
    }
}

asio::awaitable<Result<std::string>> PumpioApi::account(Deadline until) {
    if (!is_whole(keyring_.keys())) co_return no_token_yet();
    // Anybody's login may read who the account is; its inbox only its own, and so may only that post.
    HttpResult result = co_await get("/inbox?count=1", until);
    std::string name;
    if (is_good(result)) {
        result = co_await get("", until);
        if (is_good(result)) name = parse_account(result.response.body);
    }
    if (name.empty()) co_return Problem{{}, failure_text(result)};
    co_return name;
}

asio::awaitable<HttpResult> PumpioApi::get(std::string path, Deadline until) {
    HttpRequest request("GET", user() + path);
    co_return co_await send(std::move(request), until);
}

asio::awaitable<HttpResult> PumpioApi::send(HttpRequest request, Deadline until) {
    request.headers.emplace_back("Authorization",
                                 oauth_authorization(request.method, request.url, {}, keyring_.keys(), oauth_moment()));
    request.headers.emplace_back("Accept", "application/json");
    co_return co_await client_.send(std::move(request), until);
}

std::string PumpioApi::user() const { return settings_.url + "/api/user/" + percent_encode(settings_.user); }

}  // namespace fedmsgbot
