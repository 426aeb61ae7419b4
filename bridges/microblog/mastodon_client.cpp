#include "bridges/microblog/mastodon_client.h"

#include "bridges/microblog/mastodon_json.h"

namespace fedmsgbot {

namespace asio = boost::asio;

MastodonClient::MastodonClient(asio::any_io_executor executor, const MastodonSettings& settings)
    : url_(settings.url), token_(settings.token, settings.token_file), client_(std::move(executor), settings.timeout) {}

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

asio::awaitable<Result<std::optional<TextLimits>>> MastodonClient::limits(Deadline until) {
    std::optional<TextLimits> found;
    for (const char* path : {"/api/v2/instance", "/api/v1/instance"}) {
        HttpRequest request("GET", url_ + path);
        if (has_token()) add_token(request);
        const HttpResult result = co_await send(std::move(request), until);
        if (!is_verdict(result)) co_return Problem{{}, failure_text(result)};
        if (is_good(result)) found = parse_limits(result.response.body);
        if (found) break;
    }
    co_return found;
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
    request.headers.emplace_back("Accept", "application/json");
    co_return co_await client_.send(std::move(request), until);
}

}  // namespace fedmsgbot
