#include "bridges/microblog/api_client.h"

#include <algorithm>

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

ApiClient::ApiClient(asio::any_io_executor executor, std::chrono::milliseconds timeout)
    : http_(std::move(executor)), timeout_(timeout) {}

asio::awaitable<HttpResult> ApiClient::send(HttpRequest request, MicroblogApi::Deadline until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    request.timeout = std::min(timeout_, left);
    if (request.timeout <= 0ms) {
        HttpResult late;
        late.why = "no time left for another request";
        co_return late;
    }
    co_return co_await http_.send(std::move(request));
}

bool is_good(const HttpResult& result) {
    return result.kind == HttpResult::Kind::answered && result.response.status >= 200 && result.response.status < 300;
}

OwnPosts no_page(const HttpResult& result) {
    const Attempt attempt = classify(result, std::chrono::system_clock::now());
    OwnPosts page;
    // Nothing was posted, so what would refuse a post is only a look that failed.
    page.kind = attempt.kind == Attempt::Kind::refused ? Attempt::Kind::unknown : attempt.kind;
    page.why = attempt.why.empty() ? describe_answer(result.response) : attempt.why;
    page.after = attempt.after;
    return page;
}

}  // namespace fedmsgbot
