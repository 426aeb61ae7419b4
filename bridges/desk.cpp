#include "bridges/desk.h"

namespace fedmsgbot {

namespace {

Problem no_login() { return {{}, "a bridge of this kind has no login by a browser: its secrets come from files"}; }

}  // namespace

boost::asio::awaitable<Result<LoginRequest>> Desk::begin_login(Deadline) { co_return no_login(); }

boost::asio::awaitable<Result<StoredSecrets>> Desk::finish_login(std::string, Deadline) { co_return no_login(); }

}  // namespace fedmsgbot
