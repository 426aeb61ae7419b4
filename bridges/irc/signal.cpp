#include "bridges/irc/signal.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;

void Signal::notify() {
    for (auto* timer : waiting_) timer->cancel();
}

asio::awaitable<void> Signal::wait_until(TimePoint deadline) {
    // Throws, where the waiter wants that, before the timer is entered below. No guard takes it out again: when a loop
    // is torn down with waiters in it, this may be gone before they are.
    co_await is_cancelled();
    asio::steady_timer timer(executor_, deadline);
    waiting_.push_back(&timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    std::erase(waiting_, &timer);
}

asio::awaitable<bool> is_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace fedmsgbot
