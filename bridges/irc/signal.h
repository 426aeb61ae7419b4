#pragma once

#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace fedmsgbot {

// Wakes the coroutines that wait for something to change; they look for themselves what did. One thread; outlives
// those who wait.
class Signal {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    void notify();

    // Until the next notify(), the deadline or the waiter's cancellation, and at times for no reason. Never throws but
    // when the waiter was already cancelled.
    boost::asio::awaitable<void> wait_until(TimePoint deadline);

private:
    boost::asio::any_io_executor executor_;
    std::vector<boost::asio::steady_timer*> waiting_;
};

// Was the calling coroutine told to end? Asked only where throw_if_cancelled is off: elsewhere the asking throws.
boost::asio::awaitable<bool> is_cancelled();

}  // namespace fedmsgbot
