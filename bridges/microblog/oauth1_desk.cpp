#include "bridges/microblog/oauth1_desk.h"

#include <utility>

#include "config/file_text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

OAuthDesk::OAuthDesk(asio::any_io_executor executor, std::chrono::milliseconds timeout, std::string root,
                     OAuthKeys keys, std::filesystem::path file)
    : client_(std::move(executor), timeout),
      login_(client_, std::move(root)),
      keys_(std::move(keys)),
      file_(std::move(file)) {}

asio::awaitable<Result<LoginRequest>> OAuthDesk::begin_login(Deadline until) {
    if (file_.empty()) co_return Problem{{}, "`credentials_file` must name the file for what the login gives"};
    if (auto problems = secret_file_hindrance(file_); !problems.empty()) co_return problems;
    LoginRequest request;
    if (keys_.consumer_key.empty()) {
        auto given = co_await introduce(request, until);
        if (!given) co_return given.problems();
        // Should the owner not come back with a code, they serve the next time.
        keys_ = std::move(*given);
    }
    const auto url = co_await login_.begin(keys_, until);
    if (!url && request.keep.empty()) co_return url.problems();
    if (url)
        request.url = *url;
    else
        request.problems = url.problems();
    co_return request;
}

asio::awaitable<Result<StoredSecrets>> OAuthDesk::finish_login(std::string code, Deadline until) {
    const auto keys = co_await login_.finish(std::move(code), until);
    if (!keys) co_return keys.problems();
    StoredSecrets secrets;
    secrets.push_back(kept(*keys));
    co_return secrets;
}

void OAuthDesk::tell_account(OnlineReport& report, const Result<std::string>& name) {
    if (name)
        report.facts.push_back("account: " + *name +
                               " (servers of this kind have no mark for bots: say it in its profile)");
    else
        report.failures.push_back("the login does not work: " + name.problems().front().text);
}

}  // namespace fedmsgbot
