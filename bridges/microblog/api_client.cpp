#include "bridges/microblog/api_client.h"

#include <algorithm>

#include "bridges/microblog/server_time.h"

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

bool is_verdict(const HttpResult& result) {
    const int status = result.response.status;
    return result.kind == HttpResult::Kind::answered && status < 500 && status != 429;
}

OwnPosts page_of(std::vector<OwnPost> posts, const HttpResponse& response) {
    OwnPosts page;
    page.kind = Attempt::Kind::posted;
    page.posts = std::move(posts);
    page.server_time = parse_http_date(response.header("date"));
    return page;
}

OwnPosts no_page(Attempt attempt) {
    OwnPosts page;
    // Nothing was posted, so what would refuse a post is only a look that failed.
    page.kind = attempt.kind == Attempt::Kind::refused ? Attempt::Kind::unknown : attempt.kind;
    page.why = std::move(attempt.why);
    page.after = attempt.after;
    return page;
}

}  // namespace fedmsgbot
