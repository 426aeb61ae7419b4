#pragma once

#include <exception>
#include <optional>
#include <stdexcept>

#include <boost/asio.hpp>

namespace fedmsgbot::testing {

// What co_spawn gives to a handler must have a default; answers need none.
template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work, std::optional<T>& value) {
    value.emplace(co_await std::move(work));
}

// Runs the loop until a coroutine has ended, and no longer; gives what it returned. A loop that has nothing left to do
// before is a coroutine that waits for nothing: an error, not a hang.
template <class T>
T run_until_done(boost::asio::io_context& context, boost::asio::awaitable<T> work) {
    std::optional<T> value;
    std::exception_ptr error;
    bool is_done = false;
    boost::asio::co_spawn(context, keep(std::move(work), value), [&](std::exception_ptr thrown) {
        error = thrown;
        is_done = true;
    });
    context.restart();
    while (!is_done)
        if (context.run_one() == 0) throw std::runtime_error("a coroutine waits for nothing");
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

}  // namespace fedmsgbot::testing
