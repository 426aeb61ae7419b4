#include "bridges/microblog/pumpio_desk.h"

#include <nlohmann/json.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;

PumpioDesk::PumpioDesk(asio::any_io_executor executor, PumpioSettings settings)
    : settings_(std::move(settings)),
      api_(executor, settings_),
      client_(executor, settings_.timeout),
      login_(client_, settings_.url) {}

asio::awaitable<OnlineReport> PumpioDesk::inspect(Deadline until) {
    OnlineReport report;
    const auto name = co_await api_.account(until);
    if (name)
        report.facts.push_back("account: " + *name +
                               " (servers of this kind have no mark for bots: say it in its profile)");
    else
        report.failures.push_back("the login does not work: " + name.problems().front().text);
    report.facts.push_back("limit: " + std::to_string(settings_.style.most_characters) +
                           " characters, the operator's; the server has none");
    co_return report;
}

asio::awaitable<Result<LoginRequest>> PumpioDesk::begin_login(Deadline until) {
    if (settings_.credentials_file.empty())
        co_return Problem{{}, "`credentials_file` must name the file for what the login gives"};
    OAuthKeys keys = settings_.keys;
    LoginRequest request;
    if (keys.consumer_key.empty()) {
        auto given = co_await enrol(until);
        if (!given) co_return given.problems();
        keys = std::move(*given);
        request.keep.push_back({settings_.credentials_file, oauth_keys_text(keys)});
        request.said.emplace_back("The program is registered with the server.");
        // Should the owner not come back with a code, the same registration serves the next time.
        settings_.keys = keys;
    }
    const auto url = co_await login_.begin(std::move(keys), until);
    if (!url) co_return url.problems();
    request.url = *url;
    co_return request;
}

asio::awaitable<Result<StoredSecrets>> PumpioDesk::finish_login(std::string code, Deadline until) {
    const auto keys = co_await login_.finish(std::move(code), until);
    if (!keys) co_return keys.problems();
    StoredSecrets secrets;
    secrets.push_back({settings_.credentials_file, oauth_keys_text(*keys)});
    co_return secrets;
}

asio::awaitable<Result<OAuthKeys>> PumpioDesk::enrol(Deadline until) {
    HttpRequest request("POST", settings_.url + "/api/client/register");
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    const nlohmann::ordered_json json{
        {"type", "client_associate"}, {"application_name", "fedmsgbot"}, {"application_type", "native"}};
    request.body = json.dump();
    const HttpResult result = co_await client_.send(std::move(request), until);
    auto keys = is_good(result) ? parse_client(result.response.body) : std::nullopt;
    if (!keys) co_return Problem{{}, "the program cannot be registered: " + no_page(result).why};
    co_return std::move(*keys);
}

}  // namespace fedmsgbot
