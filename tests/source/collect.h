#pragma once

#include <chrono>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "bot/source/source.h"

namespace fedmsgbot::testing {

// Runs one coroutine on the context until it ends; false when it had to be cancelled after `most`. What it throws is
// thrown here.
inline bool run(boost::asio::io_context& context, boost::asio::awaitable<void> work,
                std::chrono::milliseconds most = std::chrono::seconds(20)) {
    bool is_done = false;
    std::exception_ptr failure;
    boost::asio::cancellation_signal cancel;
    boost::asio::co_spawn(context, std::move(work),
                          boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) {
                              failure = thrown;
                              is_done = true;
                              context.stop();
                          }));
    context.restart();
    context.run_for(most);
    if (is_done) {
        if (failure) std::rethrow_exception(failure);
        return true;
    }
    cancel.emit(boost::asio::cancellation_type::terminal);
    context.restart();
    while (!is_done) context.run_one();
    return false;
}

inline boost::asio::awaitable<void> append_next(Source& source, std::vector<Message>& into) {
    auto batch = co_await source.next();
    for (auto& message : batch) into.push_back(std::move(message));
}

// Awaits next() until there are so many messages; fewer when they did not come in time.
inline std::vector<Message> collect(boost::asio::io_context& context, Source& source, std::size_t count,
                                    std::chrono::milliseconds most = std::chrono::seconds(20)) {
    std::vector<Message> messages;
    const auto end = std::chrono::steady_clock::now() + most;
    while (messages.size() < count) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !run(context, append_next(source, messages), left)) break;
    }
    return messages;
}

}  // namespace fedmsgbot::testing
