#include "tests/support/tcp_proxy.h"

#include <future>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

namespace fedmsgbot::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

struct Pair {
    explicit Pair(asio::io_context& loop) : server(loop), client(loop) {}
    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        server.close(ignored);
    }
    tcp::socket server, client;
    bool is_dead = false;
};

asio::awaitable<void> pass(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& into) {
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

}  // namespace

struct TcpProxy::State {
    explicit State(std::uint16_t port) : acceptor(loop, {asio::ip::address_v4::loopback(), 0}), to(port) {}

    asio::awaitable<void> accept();
    // In the proxy's thread, where all of it lives; done when it returns.
    template <class Deed>
    auto ask(Deed deed) {
        return asio::post(loop, asio::use_future(std::move(deed))).get();
    }

    asio::io_context loop;
    tcp::acceptor acceptor;
    std::uint16_t to;
    bool refuses = false;
    std::vector<std::shared_ptr<Pair>> pairs;
    std::thread thread;
};

asio::awaitable<void> TcpProxy::State::accept() {
    while (true) {
        auto pair = std::make_shared<Pair>(loop);
        const auto [error] = co_await acceptor.async_accept(pair->client, as_values);
        if (error) co_return;
        if (refuses) continue;
        const auto [refused] = co_await pair->server.async_connect({asio::ip::address_v4::loopback(), to}, as_values);
        if (refused) continue;
        pairs.push_back(pair);
        asio::co_spawn(loop, pass(pair, pair->client, pair->server), asio::detached);
        asio::co_spawn(loop, pass(pair, pair->server, pair->client), asio::detached);
    }
}

TcpProxy::TcpProxy(std::uint16_t to) : state_(std::make_unique<State>(to)) {
    asio::co_spawn(state_->loop, state_->accept(), asio::detached);
    state_->thread = std::thread([state = state_.get()] { state->loop.run(); });
}

TcpProxy::~TcpProxy() {
    state_->ask([this] {
        boost::system::error_code ignored;
        state_->acceptor.close(ignored);
        for (const auto& pair : state_->pairs) pair->close();
    });
    state_->thread.join();
}

std::uint16_t TcpProxy::port() const {
    return state_->ask([this] { return state_->acceptor.local_endpoint().port(); });
}

int TcpProxy::connections() const {
    return state_->ask([this] { return static_cast<int>(state_->pairs.size()); });
}

void TcpProxy::go_dead() {
    state_->ask([this] {
        for (const auto& pair : state_->pairs) pair->is_dead = true;
    });
}

void TcpProxy::cut() {
    state_->ask([this] {
        for (const auto& pair : state_->pairs) pair->close();
    });
}

void TcpProxy::refuse() {
    state_->ask([this] { state_->refuses = true; });
}

void TcpProxy::admit() {
    state_->ask([this] { state_->refuses = false; });
}

}  // namespace fedmsgbot::testing
