#include "bridges/timeline/socket_talk.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

// Mastodon's clients hide their token there, and break off where the server does not say it again.
std::string protocol_of(const BeastRequest& request) {
    const auto offered = request[http::field::sec_websocket_protocol];
    return clean_line(std::string_view(offered.data(), offered.size()).substr(0, offered.find(',')), 512);
}

}  // namespace

SocketTalk::SocketTalk(Stream& stream, Limits limits, EventSource events, Listener listener,
                       std::set<asio::steady_timer*>& waiting)
    : socket_(stream),
      limits_(limits),
      events_(std::move(events)),
      listener_(std::move(listener)),
      waiting_(waiting),
      pause_(stream.get_executor()) {
    stream.expires_never();  // the socket has times of its own
    websocket::stream_base::timeout times{};
    times.handshake_timeout = limits.frame_time;
    times.idle_timeout = 2 * limits.heartbeat;
    times.keep_alive_pings = true;
    socket_.set_option(times);
    socket_.read_message_max(most_heard);
}

asio::awaitable<SocketTalk::End> SocketTalk::run(const BeastRequest& request) {
    const bool is_accepted = co_await accept(request);
    if (!is_accepted) co_return End::gone;
    const auto ended = co_await (listen() || speak());
    co_return ended.index() == 1 ? std::get<1>(ended) : End::gone;
}

asio::awaitable<bool> SocketTalk::accept(const BeastRequest& request) {
    const auto protocol = protocol_of(request);
    socket_.set_option(websocket::stream_base::decorator([protocol](websocket::response_type& response) {
        response.set(http::field::server, "fedmsgbot");
        if (!protocol.empty()) response.set(http::field::sec_websocket_protocol, protocol);
    }));
    const auto [failure] = co_await socket_.async_accept(request, as_values);
    co_return !failure;
}

asio::awaitable<void> SocketTalk::listen() {
    boost::beast::flat_buffer heard(2 * most_heard);
    while (true) {
        const auto [failure, size] = co_await socket_.async_read(heard, as_values);
        if (failure) co_return;
        const auto bytes = heard.cdata();
        listener_(std::string_view(static_cast<const char*>(bytes.data()), bytes.size()));
        heard.consume(heard.size());
        pause_.cancel();
    }
}

asio::awaitable<SocketTalk::End> SocketTalk::speak() {
    while (true) {
        const auto text = events_();
        if (!text || text->empty()) {
            const bool goes_on = co_await wait();
            if (!goes_on) co_return End::gone;
            continue;
        }
        for (std::string_view rest = *text; !rest.empty();) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            const auto end = co_await say(line);
            if (end) co_return *end;
        }
    }
}

asio::awaitable<std::optional<SocketTalk::End>> SocketTalk::say(std::string_view line) {
    asio::steady_timer clock(pause_.get_executor(), limits_.frame_time);
    const auto done = co_await (socket_.async_write(asio::buffer(line), as_values) || clock.async_wait(as_values));
    if (done.index() == 0) {
        const auto failure = std::get<0>(std::get<0>(done));
        co_return failure ? std::optional(End::gone) : std::nullopt;
    }
    const auto cancelled = std::get<0>(std::get<1>(done));
    co_return cancelled ? End::gone : End::too_slow;
}

// Nothing can come between asking the events and waiting here: both happen on one thread.
asio::awaitable<bool> SocketTalk::wait() {
    pause_.expires_after(std::chrono::hours(24));
    waiting_.insert(&pause_);
    co_await pause_.async_wait(as_values);
    waiting_.erase(&pause_);
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() == asio::cancellation_type::none;
}

}  // namespace fedmsgbot
