#include "bridges/irc/session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace boost::asio::experimental::awaitable_operators;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t read_bytes = 16 * 1024;
// Little at a time: an answer to PING never waits behind a long queue; and ngircd, which reads 2,048 bytes of a TLS
// record, leaves the rest of a larger one lying until more comes.
constexpr std::size_t write_bytes = 1024;

asio::awaitable<void> pass(asio::any_io_executor executor, std::chrono::milliseconds time) {
    asio::steady_timer timer(executor, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace

Session::Session(asio::any_io_executor executor, std::unique_ptr<Stream> stream,
                 std::unique_ptr<Conversation> conversation, Signal& changed, std::chrono::milliseconds good_bye)
    : executor_(executor),
      stream_(std::move(stream)),
      conversation_(std::move(conversation)),
      changed_(changed),
      wake_(executor),
      good_bye_(good_bye),
      buffer_(read_bytes) {}

asio::awaitable<Ending> Session::run() {
    co_await (listen() || speak() || watch());
    const bool is_told_to_end = co_await is_cancelled();
    if (is_told_to_end) {
        co_await say_good_bye();
    }
    stream_->close();
    conversation_->end({Ending::Kind::lost, "told to end"});
    co_return *conversation_->ending();
}

asio::awaitable<void> Session::listen() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!conversation_->ending()) {
        const auto [error, count] = co_await stream_->read(asio::buffer(buffer_));
        if (error) {
            if (!co_await is_cancelled())
                conversation_->end({Ending::Kind::closed, "the connection ended: " + error.message()});
            co_return;
        }
        const auto now = Clock::now();
        splitter_.feed({buffer_.data(), count}, [&](std::string_view line) { conversation_->hear(line, now); });
        wake_.notify();
        changed_.notify();
    }
}

asio::awaitable<void> Session::speak() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!conversation_->ending()) {
        const std::string output = conversation_->take_output(write_bytes);
        if (output.empty()) {
            co_await wake_.wait_until(Clock::now() + std::chrono::hours(1));
            if (co_await is_cancelled()) co_return;
            continue;
        }
        is_writing_ = true;
        const auto error = co_await stream_->write(output);
        if (co_await is_cancelled()) co_return;
        is_writing_ = false;
        if (error) conversation_->end({Ending::Kind::closed, "cannot write: " + error.message()});
    }
}

asio::awaitable<void> Session::watch() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!conversation_->ending()) {
        const auto next = conversation_->tick(Clock::now());
        wake_.notify();
        changed_.notify();
        if (conversation_->ending()) co_return;
        co_await wake_.wait_until(next);
        if (co_await is_cancelled()) co_return;
    }
}

asio::awaitable<void> Session::say_good_bye() {
    // Half a line stands before it when a write was cut short.
    if (is_writing_) co_return;
    const std::string line = "QUIT :good-bye\r\n";
    const auto until = Clock::now() + good_bye_;
    co_await (stream_->write(line) || pass(executor_, good_bye_));
    // Closing while the server still sends would take our line back; it closes when it has read the QUIT.
    while (Clock::now() < until) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        const auto result = co_await (stream_->read(asio::buffer(buffer_)) || pass(executor_, left));
        if (result.index() == 1 || std::get<0>(std::get<0>(result))) co_return;
    }
}

}  // namespace fedmsgbot
