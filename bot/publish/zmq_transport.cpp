#include "bot/publish/zmq_transport.h"

#include <exception>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;

namespace {

ZmqPublisher::Options socket_options(ZmqPublisher::Side side, std::chrono::milliseconds wait) {
    ZmqPublisher::Options options;
    options.side = side;
    options.linger = wait;
    return options;
}

}  // namespace

ZmqTransport::ZmqTransport(const std::string& endpoint, ZmqPublisher::Side side, std::chrono::milliseconds wait)
    : wait_(wait), side_(side), publisher_(context_.get_executor(), endpoint, socket_options(side, wait)) {}

std::optional<Problem> ZmqTransport::send(const BusMessage& message) {
    context_.restart();
    context_.poll();  // connections that came or went since the last message
    if (run_for(wait_, send_when_heard(message))) return std::nullopt;
    return Problem{{publisher_.endpoint()}, why_unheard(message.topic)};
}

std::optional<Problem> ZmqTransport::close() {
    if (publisher_.close()) return std::nullopt;
    return Problem{{publisher_.endpoint()}, fmt::format("not all was taken within {} ms", wait_.count())};
}

asio::awaitable<void> ZmqTransport::send_when_heard(BusMessage message) {
    if (!publisher_.is_heard(message.topic)) co_await publisher_.wait_for_subscriber(message.topic);
    co_await publisher_.publish(std::move(message.topic), std::move(message.body));
}

// False when it had to be cancelled.
bool ZmqTransport::run_for(std::chrono::milliseconds most, asio::awaitable<void> work) {
    bool is_over = false;
    std::exception_ptr failure;
    asio::cancellation_signal cancel;
    asio::co_spawn(context_, std::move(work),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) {
                       failure = thrown;
                       is_over = true;
                   }));
    context_.restart();  // it stops whenever it has nothing to do
    const auto end = std::chrono::steady_clock::now() + most;
    while (!is_over && context_.run_one_until(end) > 0) {
    }
    const bool is_done = is_over;
    if (!is_done) cancel.emit(asio::cancellation_type::terminal);
    context_.restart();
    while (!is_over) context_.run_one();
    if (is_done && failure) std::rethrow_exception(failure);
    return is_done;
}

std::string ZmqTransport::why_unheard(const std::string& topic) const {
    const auto patience = fmt::format("within {} ms", wait_.count());
    if (side_ == ZmqPublisher::Side::connects && !publisher_.is_connected())
        return fmt::format("nothing there takes a publisher's connection {}", patience);
    return fmt::format("nobody subscribed to {}, or had room for it, {}", clean_line(topic, 200), patience);
}

}  // namespace fedmsgbot
