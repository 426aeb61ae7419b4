#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

namespace fedmsgbot {

// Coroutines of one sort that are ended together. None is forgotten: each one's error reaches the handler given with
// it. Whatever a task uses must outlive it: wait with join() before that goes. One thread.
class Tasks {
public:
    using Handler = std::function<void(std::exception_ptr)>;  // null when it ended in order or was cancelled

    explicit Tasks(boost::asio::any_io_executor executor) : executor_(executor), changed_(executor) {}

    void spawn(boost::asio::awaitable<void> task, Handler ended);
    void cancel();
    // Waits until all have ended, at most `most`; false when some have not.
    boost::asio::awaitable<bool> join(std::chrono::milliseconds most);

private:
    boost::asio::any_io_executor executor_;
    std::list<std::shared_ptr<boost::asio::cancellation_signal>> signals_;
    std::size_t running_ = 0;
    boost::asio::steady_timer changed_;
};

}  // namespace fedmsgbot
