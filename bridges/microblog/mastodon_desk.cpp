#include "bridges/microblog/mastodon_desk.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/microblog/attempt.h"
#include "bridges/microblog/mastodon_json.h"
#include "config/file_text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

const std::string shown_code = "urn:ietf:wg:oauth:2.0:oob";  // the server shows the code instead of redirecting
const std::string scopes = "read:accounts read:statuses write:statuses";
constexpr std::size_t most_of_a_secret = 4096;

Problem problem(const std::string& what, const HttpResult& result) {
    return {{}, fmt::format("{}: {}", what, failure_text(result))};
}

// A secret as it goes into a file and into a header; empty for anything else.
std::string secret_in(const std::string& json, const char* key) {
    auto text = parse_text(json, key);
    if (text.size() > most_of_a_secret || !is_ascii_word(text)) return {};
    return text;
}

// What is known of servers; of others nothing is said.
std::string_view about_idempotency(std::string_view software) {
    for (const std::string_view name : {"mastodon", "pleroma", "akkoma", "hometown", "glitchcafe"})
        if (software == name) return "honoured";
    for (const std::string_view name : {"snac", "gotosocial"})
        if (software == name) return "not known there: after a lost answer the account's own posts are read";
    return {};
}

void tell_server(OnlineReport& report, const std::string& url, const std::string& software,
                 const std::optional<TextLimits>& limits) {
    report.facts.push_back(fmt::format("server: {}{}{}", url, software.empty() ? "" : ", ", software));
    const TextLimits used = limits.value_or(TextLimits{});
    const auto address = used.url > 0 ? fmt::format("an address counts {}", used.url) : "an address counts in full";
    report.facts.push_back(fmt::format("limits: {} characters, {}{}", used.characters, address,
                                       limits ? "" : " (the server does not say; this is what most allow)"));
    if (const auto keys = about_idempotency(software.substr(0, software.find(' '))); !keys.empty())
        report.facts.push_back(fmt::format("idempotency keys: {}", keys));
}

bool has_scope(const std::vector<std::string>& given, std::string_view whole, std::string_view part) {
    return std::any_of(given.begin(), given.end(),
                       [&](const std::string& scope) { return scope == whole || scope == part; });
}

}  // namespace

MastodonDesk::MastodonDesk(asio::any_io_executor executor, MastodonSettings settings)
    : settings_(std::move(settings)), client_(std::move(executor), settings_) {}

asio::awaitable<OnlineReport> MastodonDesk::inspect(Deadline until) {
    OnlineReport report;
    co_await inspect_server(report, until);
    if (!client_.has_token())
        report.failures.emplace_back("there is no access token yet: `fedmsgbot login` gets one");
    else if (report.failures.empty())
        co_await inspect_account(report, until);
    co_return report;
}

// Its name and version by nodeinfo, which every kind of server has; empty where it has none.
asio::awaitable<std::string> MastodonDesk::software(Deadline until) {
    const HttpResult index = co_await client_.get_openly("/.well-known/nodeinfo", until);
    if (!is_good(index)) co_return std::string();
    const auto path = parse_nodeinfo_path(index.response.body, settings_.url);
    if (path.empty()) co_return std::string();
    const HttpResult node = co_await client_.get_openly(path, until);
    const auto found = is_good(node) ? parse_nodeinfo(node.response.body) : std::nullopt;
    if (!found) co_return std::string();
    co_return found->version.empty() ? found->name : fmt::format("{} {}", found->name, found->version);
}

asio::awaitable<void> MastodonDesk::inspect_server(OnlineReport& report, Deadline until) {
    const auto limits = co_await client_.limits(until);
    if (!limits) {
        report.failures.push_back(fmt::format("{}: {}", settings_.url, limits.problems().front().text));
        co_return;
    }
    const std::string name = co_await software(until);
    tell_server(report, settings_.url, name, *limits);
}

asio::awaitable<void> MastodonDesk::inspect_account(OnlineReport& report, Deadline until) {
    const HttpResult result = co_await client_.get("/api/v1/accounts/verify_credentials", until);
    const auto account = is_good(result) ? parse_account(result.response.body) : std::nullopt;
    if (!account) {
        const bool is_refusal = result.response.status == 401 || result.response.status == 403;
        report.failures.push_back(fmt::format("the account cannot be read: {}{}", failure_text(result),
                                              is_refusal ? "; `fedmsgbot login` gets a new token" : ""));
        co_return;
    }
    report.facts.push_back(
        fmt::format("account: @{}, {}marked as a bot", account->name, account->is_bot ? "" : "not "));
    if (!account->is_bot)
        report.advice.emplace_back("mark the account as a bot in its profile: people and servers expect that");
    co_await inspect_scopes(report, until);
}

asio::awaitable<void> MastodonDesk::inspect_scopes(OnlineReport& report, Deadline until) {
    const HttpResult result = co_await client_.get("/api/v1/apps/verify_credentials", until);
    const auto given = is_good(result) ? parse_scopes(result.response.body) : std::vector<std::string>();
    if (given.empty()) co_return;  // older servers do not tell
    if (!has_scope(given, "write", "write:statuses"))
        report.failures.emplace_back("the token may not post: it lacks the scope write:statuses");
    if (!has_scope(given, "read", "read:statuses"))
        report.failures.emplace_back(
            "the token may not read the account's posts, which tells after a lost answer whether a post is there: it "
            "lacks the scope read:statuses");
}

asio::awaitable<Result<LoginRequest>> MastodonDesk::begin_login(Deadline until) {
    if (settings_.token_file.empty())
        co_return Problem{{}, "`token_env` names a variable: to keep a token, `token_file` has to name a file"};
    if (auto problems = secret_file_hindrance(settings_.token_file); !problems.empty()) co_return problems;
    MastodonClient::Form form;
    form.emplace_back("client_name", "fedmsgbot");
    form.emplace_back("redirect_uris", shown_code);
    form.emplace_back("scopes", scopes);
    const HttpResult result = co_await client_.post_openly("/api/v1/apps", std::move(form), until);
    if (is_good(result)) {
        client_id_ = secret_in(result.response.body, "client_id");
        client_secret_ = secret_in(result.response.body, "client_secret");
    }
    if (client_id_.empty() || client_secret_.empty())
        co_return problem(fmt::format("{} does not register the program", settings_.url), result);
    MastodonClient::Form query;
    query.emplace_back("client_id", client_id_);
    query.emplace_back("redirect_uri", shown_code);
    query.emplace_back("response_type", "code");
    query.emplace_back("scope", scopes);
    LoginRequest request;
    request.url = fmt::format("{}/oauth/authorize?{}", settings_.url, encode_form(query));
    request.said.emplace_back("Log in there as the account that is to post, and allow fedmsgbot.");
    co_return request;
}

asio::awaitable<Result<StoredSecrets>> MastodonDesk::finish_login(std::string code, Deadline until) {
    MastodonClient::Form form;
    form.emplace_back("grant_type", "authorization_code");
    form.emplace_back("client_id", client_id_);
    form.emplace_back("client_secret", client_secret_);
    form.emplace_back("redirect_uri", shown_code);
    form.emplace_back("scope", scopes);
    form.emplace_back("code", std::move(code));
    const HttpResult result = co_await client_.post_openly("/oauth/token", std::move(form), until);
    if (!is_good(result)) co_return problem("the server takes the code for none of its own", result);
    const auto token = secret_in(result.response.body, "access_token");
    if (token.empty()) co_return problem("the server gave no token", result);
    StoredSecrets secrets;
    secrets.push_back({settings_.token_file, token});
    co_return secrets;
}

}  // namespace fedmsgbot
