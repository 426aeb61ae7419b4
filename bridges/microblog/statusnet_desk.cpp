#include "bridges/microblog/statusnet_desk.h"

namespace fedmsgbot {

namespace asio = boost::asio;

StatusnetDesk::StatusnetDesk(asio::any_io_executor executor, StatusnetSettings settings)
    : settings_(std::move(settings)),
      api_(executor, settings_),
      client_(executor, settings_.timeout),
      login_(client_, settings_.url) {}

asio::awaitable<OnlineReport> StatusnetDesk::inspect(Deadline until) {
    OnlineReport report;
    const auto name = co_await api_.account(until);
    if (name)
        report.facts.push_back("account: " + *name +
                               " (servers of this kind have no mark for bots: say it in its profile)");
    else
        report.failures.push_back("the login does not work: " + name.problems().front().text);
    const auto limits = co_await api_.limits(until);
    if (limits)
        report.facts.push_back("limit: " + std::to_string(limits->characters) +
                               " code points, addresses in their full length");
    else
        report.failures.push_back("the server does not tell its limits");
    co_return report;
}

asio::awaitable<Result<LoginRequest>> StatusnetDesk::begin_login(Deadline until) {
    if (settings_.credentials_file.empty())
        co_return Problem{{}, "`credentials_file` must name the file for what the login gives"};
    OAuthKeys keys = settings_.keys;
    LoginRequest request;
    if (keys.consumer_key.empty()) {
        keys.consumer_key = keys.consumer_secret = "anonymous";
        request.said.emplace_back(
            "The server will name the program `anonymous`. For a name, register it there, and put "
            "its `consumer_key` and `consumer_secret` into the credentials' file first.");
    }
    const auto url = co_await login_.begin(std::move(keys), until);
    if (!url) co_return url.problems();
    request.url = *url;
    co_return request;
}

asio::awaitable<Result<StoredSecrets>> StatusnetDesk::finish_login(std::string code, Deadline until) {
    const auto keys = co_await login_.finish(std::move(code), until);
    if (!keys) co_return keys.problems();
    StoredSecrets secrets;
    secrets.push_back({settings_.credentials_file, oauth_keys_text(*keys)});
    co_return secrets;
}

}  // namespace fedmsgbot
