#include "bot/commands/terminal_desk.h"

#include "bridges/registry.h"

namespace fedmsgbot {

namespace {

// What co_spawn gives to a handler must have a default; answers need none.
template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work, std::optional<T>& answer) {
    answer.emplace(co_await std::move(work));
}

Desk::Deadline in_a_minute() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

}  // namespace

template <class T>
T TerminalDesk::wait_for(boost::asio::awaitable<T> work) {
    std::optional<T> answer;
    std::exception_ptr error;
    boost::asio::co_spawn(loop_, keep(std::move(work), answer), [&](std::exception_ptr thrown) {
        error = thrown;
        loop_.stop();  // what is left over, a connection kept for the next request, is of no use here
    });
    loop_.restart();
    loop_.run();
    if (error) std::rethrow_exception(error);
    return std::move(answer).value();
}

OnlineReport TerminalDesk::inspect() { return wait_for(desk_->inspect(in_a_minute())); }

Result<LoginRequest> TerminalDesk::begin_login() { return wait_for(desk_->begin_login(in_a_minute())); }

Result<StoredSecrets> TerminalDesk::finish_login(std::string code) {
    return wait_for(desk_->finish_login(std::move(code), in_a_minute()));
}

std::unique_ptr<TerminalDesk> open_desk(Settings::NamedTable& bridge) {
    const auto* kind = find_bridge_kind(bridge.kind);
    if (!kind || !kind->desk) return nullptr;
    return std::make_unique<TerminalDesk>(kind->desk(bridge.table));
}

}  // namespace fedmsgbot
