#include "bridges/microblog/oauth1_login.h"

#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

// A secret has no business in a line of text, but some limit it must have.
constexpr std::size_t longest_secret = 1000;

Problem problem(std::string text) { return {{}, std::move(text)}; }

bool is_secret(std::string_view text) { return !text.empty() && text.size() <= longest_secret && is_ascii_word(text); }

}  // namespace

OAuthLogin::OAuthLogin(ApiClient& client, std::string root) : client_(client), root_(std::move(root)) {}

asio::awaitable<Result<std::string>> OAuthLogin::begin(OAuthKeys keys, Deadline until) {
    keys_ = std::move(keys);
    keys_.token.clear();
    keys_.token_secret.clear();
    HttpRequest request = question("/oauth/request_token", {"oauth_callback", "oob"});
    auto given = co_await ask(std::move(request), until);
    if (!given) co_return given.problems();
    keys_ = std::move(*given);
    co_return root_ + "/oauth/authorize?oauth_token=" + percent_encode(keys_.token);
}

asio::awaitable<Result<OAuthKeys>> OAuthLogin::finish(std::string code, Deadline until) {
    HttpRequest request = question("/oauth/access_token", {"oauth_verifier", std::move(code)});
    co_return co_await ask(std::move(request), until);
}

HttpRequest OAuthLogin::question(const std::string& path, std::pair<std::string, std::string> more) const {
    HttpRequest request("POST", root_ + path);
    request.headers.emplace_back(
        "Authorization", oauth_authorization("POST", request.url, {}, keys_, oauth_moment(), {std::move(more)}));
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return request;
}

asio::awaitable<Result<OAuthKeys>> OAuthLogin::ask(HttpRequest request, Deadline until) {
    const std::string url = request.url;
    const HttpResult result = co_await client_.send(std::move(request), until);
    co_return read_keys(url, result);
}

Result<OAuthKeys> OAuthLogin::read_keys(const std::string& url, const HttpResult& result) const {
    if (!is_good(result)) return problem(url + ": " + failure_text(result));
    auto keys = parse_token_answer(result.response.body, keys_);
    if (!keys) return problem(url + ": there is no token in the answer");
    return std::move(*keys);
}

std::optional<OAuthKeys> parse_token_answer(std::string_view form, OAuthKeys keys) {
    while (!form.empty() && (form.back() == '\n' || form.back() == '\r')) form.remove_suffix(1);
    keys.token.clear();
    keys.token_secret.clear();
    for (const auto& [name, value] : parse_oauth_fields(form)) {
        if (name == "oauth_token") keys.token = value;
        if (name == "oauth_token_secret") keys.token_secret = value;
    }
    if (!is_secret(keys.token) || !is_secret(keys.token_secret)) return std::nullopt;
    return keys;
}

}  // namespace fedmsgbot
