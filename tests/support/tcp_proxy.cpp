#include "tests/support/tcp_proxy.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace fedmsgbot::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace

// Shared with the coroutines, which may end after the proxy.
struct TcpProxy::State {
    State(asio::io_context& io, std::uint16_t port) : loop(io), acceptor(io), to(port) {}

    struct Pair {
        explicit Pair(asio::io_context& loop) : server(loop), client(loop) {}
        tcp::socket server, client;
        bool is_dead = false;
    };

    asio::io_context& loop;
    tcp::acceptor acceptor;
    std::uint16_t to;
    std::vector<std::shared_ptr<Pair>> pairs;

    static asio::awaitable<void> accept(std::shared_ptr<State> state);
    static asio::awaitable<void> pass(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to);
};

asio::awaitable<void> TcpProxy::State::pass(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& into) {
    char bytes[4096];
    while (true) {
        const auto [error, count] = co_await from.async_read_some(asio::buffer(bytes), as_values);
        // A dead wire tells nobody that the other end has gone, and swallows what comes.
        if (error) break;
        if (pair->is_dead) continue;
        const auto [write_error, written] = co_await asio::async_write(into, asio::buffer(bytes, count), as_values);
        if (write_error) break;
    }
    boost::system::error_code ignored;
    if (!pair->is_dead) into.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> TcpProxy::State::accept(std::shared_ptr<State> state) {
    while (state->acceptor.is_open()) {
        auto pair = std::make_shared<Pair>(state->loop);
        const auto [error] = co_await state->acceptor.async_accept(pair->client, as_values);
        if (error) co_return;
        const auto [refused] =
            co_await pair->server.async_connect({asio::ip::address_v4::loopback(), state->to}, as_values);
        if (refused) continue;
        state->pairs.push_back(pair);
        asio::co_spawn(state->loop, pass(pair, pair->client, pair->server), asio::detached);
        asio::co_spawn(state->loop, pass(pair, pair->server, pair->client), asio::detached);
    }
}

TcpProxy::TcpProxy(asio::io_context& loop, std::uint16_t to) : state_(std::make_shared<State>(loop, to)) {
    auto& acceptor = state_->acceptor;
    acceptor.open(tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    asio::co_spawn(loop, State::accept(state_), asio::detached);
}

TcpProxy::~TcpProxy() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& pair : state_->pairs) {
        pair->client.close(ignored);
        pair->server.close(ignored);
    }
}

std::uint16_t TcpProxy::port() const { return state_->acceptor.local_endpoint().port(); }
int TcpProxy::connections() const { return static_cast<int>(state_->pairs.size()); }
void TcpProxy::go_dead() {
    for (const auto& pair : state_->pairs) pair->is_dead = true;
}

}  // namespace fedmsgbot::testing
