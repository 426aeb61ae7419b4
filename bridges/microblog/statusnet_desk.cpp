#include "bridges/microblog/statusnet_desk.h"

namespace fedmsgbot {

namespace asio = boost::asio;

StatusnetDesk::StatusnetDesk(const asio::any_io_executor& executor, const StatusnetSettings& settings)
    : OAuthDesk(executor, settings.timeout, settings.url, settings.keys, settings.credentials_file),
      api_(executor, settings) {}

asio::awaitable<OnlineReport> StatusnetDesk::inspect(Deadline until) {
    OnlineReport report;
    const auto name = co_await api_.account(until);
    tell_account(report, name);
    const auto limits = co_await api_.limits(until);
    if (limits)
        report.facts.push_back("limit: " + std::to_string(limits->characters) +
                               " code points, addresses in their full length");
    else
        report.failures.push_back("the server does not tell its limits");
    co_return report;
}

asio::awaitable<Result<OAuthKeys>> StatusnetDesk::introduce(LoginRequest& request, Deadline) {
    OAuthKeys keys;
    keys.consumer_key = keys.consumer_secret = "anonymous";
    request.said.emplace_back(
        "The server will name the program `anonymous`. For a name, register it there, and put "
        "its `consumer_key` and `consumer_secret` into the credentials' file first.");
    co_return keys;
}

}  // namespace fedmsgbot
