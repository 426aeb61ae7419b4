#include "bot/source/publisher.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr int messages_between_yields = 256;
// A subscriber to several prefixes sends a subscription for each; the others follow the first at once.
constexpr auto subscriptions_take = 100ms;
constexpr auto room_is_looked_for_every = 2ms;

asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

ZmqSocket::Options socket_options(std::chrono::milliseconds linger) {
    ZmqSocket::Options options;
    options.linger = linger;
    return options;
}

}  // namespace

Publisher::Publisher(asio::any_io_executor executor, const std::string& endpoint, std::chrono::milliseconds linger)
    : socket_(std::move(executor), ZmqSocket::Kind::xpub, socket_options(linger)) {
    socket_.bind(endpoint);
}

asio::awaitable<void> Publisher::wait_for_subscriber() {
    do {
        co_await socket_.wait_readable();
    } while (!take_subscriptions());
    co_await pause(subscriptions_take);
    take_subscriptions();
}

asio::awaitable<void> Publisher::publish(std::string topic, std::string bytes) {
    if (published_ % messages_between_yields == 0) {
        const auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        take_subscriptions();  // nobody asks for them any more, but they must not pile up
    }
    while (!socket_.try_send(topic, bytes)) co_await pause(room_is_looked_for_every);
    ++published_;
}

// What an XPUB receives: a byte 1 and a prefix, or a byte 0 and a prefix that is wanted no more.
bool Publisher::take_subscriptions() {
    bool has_any = false;
    ZmqSocket::Frames frames;
    while (socket_.try_receive(frames)) has_any = has_any || frames.first.starts_with('\1');
    return has_any;
}

}  // namespace fedmsgbot
