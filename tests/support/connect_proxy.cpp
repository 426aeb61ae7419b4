#include "tests/support/connect_proxy.h"

#include <list>
#include <mutex>
#include <thread>

#include <boost/asio.hpp>

namespace fedmsgbot::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

struct Wire {
    explicit Wire(tcp::socket accepted) : client(std::move(accepted)), server(client.get_executor()) {}
    tcp::socket client;
    tcp::socket server;
};

asio::awaitable<void> pass_on(std::shared_ptr<Wire> wire, tcp::socket Wire::*from, tcp::socket Wire::*to) {
    std::vector<char> buffer(16 * 1024);
    for (;;) {
        const auto [error, size] = co_await ((*wire).*from).async_read_some(asio::buffer(buffer), with_error);
        if (error) break;
        const auto [failed, written] = co_await asio::async_write((*wire).*to, asio::buffer(buffer, size), with_error);
        if (failed) break;
    }
    boost::system::error_code ignored;
    ((*wire).*to).shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

struct ConnectProxy::State {
    explicit State(std::uint16_t target)
        : to(target), acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

    asio::awaitable<void> accept() {
        for (;;) {
            auto [error, socket] = co_await acceptor.async_accept(with_error);
            if (error) co_return;
            auto wire = std::make_shared<Wire>(std::move(socket));
            asio::co_spawn(context, serve(std::move(wire)), asio::detached);  // ends with its connection
        }
    }
    asio::awaitable<void> serve(std::shared_ptr<Wire> wire) {
        std::string head;
        const auto [error, size] =
            co_await asio::async_read_until(wire->client, asio::dynamic_buffer(head, 8192), "\r\n\r\n", with_error);
        if (error || !head.starts_with("CONNECT ")) co_return;
        {
            const std::lock_guard lock(mutex);
            asked.push_back(head.substr(8, head.find(' ', 8) - 8));
        }
        const tcp::endpoint target(asio::ip::address_v4::loopback(), to);
        const auto [refused] = co_await wire->server.async_connect(target, with_error);
        if (refused) co_return;
        const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";
        const auto [failed, written] = co_await asio::async_write(wire->client, asio::buffer(yes), with_error);
        if (failed) co_return;
        asio::co_spawn(context, pass_on(wire, &Wire::client, &Wire::server), asio::detached);
        co_await pass_on(wire, &Wire::server, &Wire::client);
    }

    const std::uint16_t to;
    asio::io_context context{1};
    tcp::acceptor acceptor;
    std::thread thread;
    mutable std::mutex mutex;
    std::vector<std::string> asked;
};

ConnectProxy::ConnectProxy(std::uint16_t to) : state_(std::make_unique<State>(to)) {
    asio::co_spawn(state_->context, state_->accept(), asio::detached);  // ends with the acceptor
    state_->thread = std::thread([this] { state_->context.run(); });
}

ConnectProxy::~ConnectProxy() {
    state_->context.stop();
    state_->thread.join();
}

std::string ConnectProxy::url() const {
    return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

std::vector<std::string> ConnectProxy::asked() const {
    const std::lock_guard lock(state_->mutex);
    return state_->asked;
}

}  // namespace fedmsgbot::testing
