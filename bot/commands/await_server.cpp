#include "bot/commands/await_server.h"

#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace fedmsgbot {

namespace asio = boost::asio;

void await_server(std::string_view name, Child& server, std::uint16_t port, const std::filesystem::path& log,
                  std::chrono::milliseconds most) {
    asio::io_context loop;
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    const auto end = std::chrono::steady_clock::now() + most;
    while (server.is_running() && std::chrono::steady_clock::now() < end) {
        boost::system::error_code error;
        asio::ip::tcp::socket socket(loop);
        socket.connect(endpoint, error);
        if (!error) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::ifstream in(log);
    std::string line, last;
    while (std::getline(in, line)) last = line;
    throw std::runtime_error(fmt::format("{} does not start: {}", name, last));
}

}  // namespace fedmsgbot
