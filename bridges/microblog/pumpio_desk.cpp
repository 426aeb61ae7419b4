#include "bridges/microblog/pumpio_desk.h"

#include <nlohmann/json.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;

PumpioDesk::PumpioDesk(const asio::any_io_executor& executor, const PumpioSettings& settings)
    : OAuthDesk(executor, settings.timeout, settings.url, settings.keys, settings.credentials_file),
      api_(executor, settings),
      url_(settings.url),
      most_characters_(settings.style.most_characters) {}

asio::awaitable<OnlineReport> PumpioDesk::inspect(Deadline until) {
    OnlineReport report;
    const auto name = co_await api_.account(until);
    tell_account(report, name);
    report.facts.push_back("limit: " + std::to_string(most_characters_) +
                           " characters, the operator's; the server has none");
    co_return report;
}

asio::awaitable<Result<OAuthKeys>> PumpioDesk::introduce(LoginRequest& request, Deadline until) {
    HttpRequest registration("POST", url_ + "/api/client/register");
    registration.headers.emplace_back("Content-Type", "application/json");
    registration.headers.emplace_back("Accept", "application/json");
    const nlohmann::ordered_json json{
        {"type", "client_associate"}, {"application_name", "fedmsgbot"}, {"application_type", "native"}};
    registration.body = json.dump();
    const HttpResult result = co_await client_.send(std::move(registration), until);
    auto keys = is_good(result) ? parse_client(result.response.body) : std::nullopt;
    if (!keys) co_return Problem{{}, "the program cannot be registered: " + failure_text(result)};
    request.keep.push_back(kept(*keys));
    request.said.emplace_back("The program is registered with the server.");
    co_return std::move(*keys);
}

}  // namespace fedmsgbot
