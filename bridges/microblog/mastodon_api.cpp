#include "bridges/microblog/mastodon_api.h"

#include "bot/core/text.h"
#include "bridges/microblog/mastodon_json.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view posts_a_page = "40";  // what Mastodon allows at most

SystemTime now() { return std::chrono::system_clock::now(); }

// A yes counts only with the id of what was made: a proxy's page can say 200 as well.
Attempt read_posted(const HttpResponse& response) {
    Attempt attempt;
    attempt.id = clean_line(parse_text(response.body, "id"), 200);
    if (attempt.id.empty()) {
        attempt.why = describe_answer(response) + ", but no status in the answer";
        return attempt;
    }
    attempt.kind = Attempt::Kind::posted;
    attempt.url = clean_link(parse_text(response.body, "url"));
    if (response.header("x-ratelimit-remaining") == "0") attempt.pause = asked_wait(response, now());
    return attempt;
}

}  // namespace

MastodonApi::MastodonApi(asio::any_io_executor executor, MastodonSettings settings)
    : settings_(std::move(settings)), client_(std::move(executor), settings_) {}

asio::awaitable<std::optional<TextLimits>> MastodonApi::limits(Deadline until) {
    const auto told = co_await client_.limits(until);
    if (!told) co_return std::nullopt;
    co_return told->value_or(TextLimits{});
}

asio::awaitable<Attempt> MastodonApi::post(Submission submission, Deadline until) {
    MastodonClient::Form form{{"status", std::move(submission.text)},
                              {"visibility", visibility_of(submission)},
                              // Pleroma and GoToSocial: no Markdown of strangers
                              {"content_type", "text/plain"}};
    if (!settings_.language.empty()) form.emplace_back("language", settings_.language);
    if (!submission.warning.empty()) form.emplace_back("spoiler_text", std::move(submission.warning));
    if (!submission.reply_to.empty()) form.emplace_back("in_reply_to_id", std::move(submission.reply_to));
    const HttpResult result =
        co_await client_.post("/api/v1/statuses", std::move(form), std::move(submission.key), until);
    co_return is_good(result) ? read_posted(result.response) : classify(result, now());
}

// Only the first post of a thread is for everybody's timeline; whoever wants the rest follows the thread.
const std::string& MastodonApi::visibility_of(const Submission& submission) const {
    static const std::string of_the_rest = "unlisted";
    return submission.reply_to.empty() || settings_.visibility != "public" ? settings_.visibility : of_the_rest;
}

asio::awaitable<OwnPosts> MastodonApi::own_posts(std::string before, Deadline until) {
    if (account_.empty()) {
        const HttpResult result = co_await client_.get("/api/v1/accounts/verify_credentials", until);
        const auto account = is_good(result) ? parse_account(result.response.body) : std::nullopt;
        if (!account) co_return no_page(classify(result, now()));
        account_ = account->id;
    }
    std::string path = "/api/v1/accounts/" + percent_encode(account_) + "/statuses?limit=";
    path += posts_a_page;
    if (!before.empty()) path += "&max_id=" + percent_encode(before);
    const HttpResult result = co_await client_.get(std::move(path), until);
    auto posts = is_good(result) ? parse_statuses(result.response.body) : std::nullopt;
    if (!posts) co_return no_page(classify(result, now()));
    co_return page_of(std::move(*posts), result.response);
}

}  // namespace fedmsgbot
