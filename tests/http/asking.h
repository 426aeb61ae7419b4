#pragma once

#include <exception>
#include <optional>
#include <stdexcept>

#include <boost/asio.hpp>

namespace fedmsgbot::testing {

// Runs the loop until a coroutine has ended, and no longer; gives what it returned. A loop that has nothing left to do
// before is a coroutine that waits for nothing: an error, not a hang.
template <class T>
T run_until_done(boost::asio::io_context& context, boost::asio::awaitable<T> work) {
    std::optional<T> value;
    std::exception_ptr error;
    bool is_done = false;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown, T result) {
        error = thrown;
        if (!thrown) value.emplace(std::move(result));
        is_done = true;
    });
    context.restart();
    while (!is_done)
        if (context.run_one() == 0) throw std::runtime_error("a coroutine waits for nothing");
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

}  // namespace fedmsgbot::testing
