#pragma once

#include <cstdint>
#include <future>
#include <thread>
#include <utility>

#include <boost/asio.hpp>

#include "bridges/timeline/http_server.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// The timeline's server alone, on a free port and a thread of its own, with a test's pages.
class LoneServer {
public:
    explicit LoneServer(HttpLimits limits, HttpServer::Handler answer, TrustedProxies trusted = {})
        : port(free_port()), server_(loop_.get_executor(), limits, std::move(answer), std::move(trusted)) {
        server_.listen({boost::asio::ip::address_v4::loopback(), port});
        ended_ = boost::asio::co_spawn(loop_, server_.run(),
                                       boost::asio::bind_cancellation_slot(stop_.slot(), boost::asio::use_future));
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~LoneServer() { stop(); }
    LoneServer(const LoneServer&) = delete;
    LoneServer& operator=(const LoneServer&) = delete;

    void stop() {
        if (!thread_.joinable()) return;
        boost::asio::post(loop_, [this] { stop_.emit(boost::asio::cancellation_type::terminal); });
        thread_.join();  // the loop ends only when no connection is left
    }
    std::size_t connections() { return boost::asio::co_spawn(loop_, count(), boost::asio::use_future).get(); }

    const std::uint16_t port;

private:
    boost::asio::awaitable<std::size_t> count() { co_return server_.connections(); }

    boost::asio::io_context loop_;
    boost::asio::cancellation_signal stop_;
    HttpServer server_;
    std::future<void> ended_;
    std::thread thread_;
};

}  // namespace fedmsgbot::testing
