#include "bridges/microblog/mastodon_client.h"

#include <algorithm>

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

MastodonClient::MastodonClient(asio::any_io_executor executor, const MastodonSettings& settings)
    : url_(settings.url),
      timeout_(settings.timeout),
      token_(settings.token, settings.token_file),
      http_(std::move(executor)) {}

asio::awaitable<HttpResult> MastodonClient::get(std::string path, Deadline until) {
    HttpRequest request("GET", url_ + path);
    add_token(request);
    co_return co_await send(std::move(request), until);
}

asio::awaitable<HttpResult> MastodonClient::post(std::string path, Form form, std::string idempotency_key,
                                                 Deadline until) {
    HttpRequest request = with_form(std::move(path), form);
    add_token(request);
    request.headers.emplace_back("Idempotency-Key", std::move(idempotency_key));
    co_return co_await send(std::move(request), until);
}

asio::awaitable<HttpResult> MastodonClient::get_openly(std::string path, Deadline until) {
    HttpRequest request("GET", url_ + path);
    co_return co_await send(std::move(request), until);
}

asio::awaitable<HttpResult> MastodonClient::post_openly(std::string path, Form form, Deadline until) {
    HttpRequest request = with_form(std::move(path), form);
    co_return co_await send(std::move(request), until);
}

HttpRequest MastodonClient::with_form(std::string path, const Form& form) const {
    HttpRequest request("POST", url_ + path);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = encode_form(form);
    return request;
}

void MastodonClient::add_token(HttpRequest& request) {
    request.headers.emplace_back("Authorization", "Bearer " + token_.value());
}

asio::awaitable<HttpResult> MastodonClient::send(HttpRequest request, Deadline until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    request.timeout = std::min(timeout_, left);
    if (request.timeout <= 0ms) {
        HttpResult late;
        late.why = "no time left for another request";
        co_return late;
    }
    request.headers.emplace_back("Accept", "application/json");
    co_return co_await http_.send(std::move(request));
}

bool is_good(const HttpResult& result) {
    return result.kind == HttpResult::Kind::answered && result.response.status >= 200 && result.response.status < 300;
}

}  // namespace fedmsgbot
