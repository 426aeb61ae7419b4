#include "bot/flow/tasks.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

bool is_cancellation(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
        return thrown.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

void Tasks::spawn(asio::awaitable<void> task, Handler ended) {
    const auto signal = signals_.emplace_back(std::make_shared<asio::cancellation_signal>());
    ++running_;
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(signal->slot(),
                                                [this, signal, ended = std::move(ended)](std::exception_ptr error) {
                                                    --running_;
                                                    changed_.cancel();
                                                    signals_.remove(signal);
                                                    // This very handler may be running inside the signal: it lives a
                                                    // turn longer.
                                                    asio::post(executor_, [signal] {});
                                                    ended(error && is_cancellation(error) ? nullptr : error);
                                                }));
}

void Tasks::cancel() {
    for (const auto& signal : std::list(signals_)) signal->emit(asio::cancellation_type::all);
}

asio::awaitable<bool> Tasks::join(std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (running_ > 0 && std::chrono::steady_clock::now() < end) {
        changed_.expires_at(end);
        boost::system::error_code woken;
        co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    co_return running_ == 0;
}

}  // namespace fedmsgbot
