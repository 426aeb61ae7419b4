#include "bot/source/zmq_publisher.h"

#include <algorithm>

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

ZmqSocket::Options socket_options(const ZmqPublisher::Options& given) {
    ZmqSocket::Options options;
    options.linger = given.linger;
    options.high_water_mark = given.high_water_mark;
    return options;
}

}  // namespace

ZmqPublisher::ZmqPublisher(asio::any_io_executor executor, const std::string& endpoint, const Options& options)
    : socket_(std::make_unique<ZmqSocket>(std::move(executor), ZmqSocket::Kind::xpub, socket_options(options))),
      endpoint_(endpoint),
      linger_(options.linger),
      side_(options.side) {
    if (side_ == Side::binds) {
        socket_->bind(endpoint);
        endpoint_ = socket_->bound_endpoint();
        return;
    }
    socket_->watch([links = links_](bool is_up, std::string_view) { *links = std::max(0, *links + (is_up ? 1 : -1)); });
    socket_->connect(endpoint);
}

asio::awaitable<void> ZmqPublisher::wait_for_subscriber() {
    while (!take_subscriptions()) co_await socket_->wait_readable();
    co_await pause(subscriptions_take);
    take_subscriptions();
}

asio::awaitable<void> ZmqPublisher::wait_for_subscriber(std::string topic) {
    // The end of a connection is told by the monitor, not by the socket: so both are looked at now and then.
    while (!is_heard(topic)) co_await pause(room_is_looked_for_every);
    co_await pause(subscriptions_take);
    take_subscriptions();
}

bool ZmqPublisher::is_heard(std::string_view topic) {
    take_subscriptions();
    // A socket that connects keeps what was subscribed to, and queues for it, while it is not connected.
    if (side_ == Side::connects && !is_connected()) return false;
    return is_crowded_ || std::any_of(prefixes_.begin(), prefixes_.end(),
                                      [&](const auto& prefix) { return topic.starts_with(prefix); });
}

asio::awaitable<void> ZmqPublisher::publish(std::string topic, std::string bytes) {
    if (published_ % messages_between_yields == 0) {
        const auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        take_subscriptions();  // also where nobody asks for them they must not pile up
    }
    while (!socket_->try_send(topic, bytes)) co_await pause(room_is_looked_for_every);
    ++published_;
}

bool ZmqPublisher::publish_shedding(std::string_view topic, std::string_view bytes) {
    ++published_;
    if (socket_->try_send(topic, bytes)) return true;
    socket_->send_to_those_with_room(topic, bytes);
    return false;
}

asio::awaitable<void> ZmqPublisher::follow_subscriptions(std::function<void(std::string_view prefix)> tell) {
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        co_await asio::post(executor, asio::use_awaitable);  // the others' turn, however many come
        co_await socket_->wait_readable();
        take_subscriptions(tell);
    }
}

bool ZmqPublisher::close() {
    const auto start = std::chrono::steady_clock::now();
    socket_.reset();
    // The library does not say what it dropped; but it drops only when the time is over.
    return std::chrono::steady_clock::now() - start < linger_;
}

void ZmqPublisher::set_linger(std::chrono::milliseconds most) {
    linger_ = most;
    socket_->set_linger(most);
}

// What an XPUB receives: a byte 1 and a prefix, or a byte 0 and a prefix that is wanted no more; each prefix once,
// however many want it. Anything else is a stranger's nonsense.
bool ZmqPublisher::take_subscriptions(const std::function<void(std::string_view)>& tell) {
    bool has_any = false;
    ZmqSocket::Frames frames;
    while (socket_->try_receive(frames)) {
        const std::string_view prefix = std::string_view(frames.first).substr(frames.first.empty() ? 0 : 1);
        if (frames.first.starts_with('\1')) {
            has_any = true;
            is_crowded_ = is_crowded_ || prefixes_.size() >= max_prefixes;
            if (!is_crowded_) prefixes_.emplace(prefix);
            if (tell) tell(prefix);
        } else if (frames.first.starts_with('\0')) {
            if (const auto at = prefixes_.find(prefix); at != prefixes_.end()) prefixes_.erase(at);
        }
    }
    return has_any;
}

}  // namespace fedmsgbot
