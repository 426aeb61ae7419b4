#include "tests/support/services.h"

#include <chrono>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Services::State {
    explicit State(std::uint16_t port) { socket.connect({asio::ip::address_v4::loopback(), port}); }

    void live();
    void hear(const std::string& line);
    void send(const std::string& line) { asio::write(socket, asio::buffer(line + "\r\n")); }

    asio::io_context loop;
    tcp::socket socket{loop};
    std::vector<std::string> abilities;      // as the server says them: ours are the same
    std::mutex mutex;                        // guards what follows
    std::map<std::string, std::string> ids;  // of users, by nick
    bool is_linked = false;
    int pongs = 0;
    std::thread thread;
};

void Services::State::live() {
    asio::streambuf buffer;
    boost::system::error_code error;
    send("CAPAB START 1205");
    while (!error) {
        asio::read_until(socket, buffer, "\n", error);
        if (error) break;
        std::istream lines(&buffer);
        std::string line;
        std::getline(lines, line);
        if (line.ends_with('\r')) line.pop_back();
        hear(line);
    }
}

void Services::State::hear(const std::string& line) {
    std::istringstream stream(line);
    std::string first, command, id, time, nick;
    stream >> first >> command >> id >> time >> nick;
    if (first == "CAPAB" && command != "START") abilities.push_back(line);
    if (line == "CAPAB END") {
        for (const auto& ability : abilities) send(ability);
        send("SERVER services.test.example secret 0 1SV :services");
    }
    if (first == "SERVER") {
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        send(fmt::format(":1SV BURST {}", now));
        send(":1SV ENDBURST");
    }
    if (command == "PING") send(":1SV PONG " + id);
    const std::lock_guard<std::mutex> lock(mutex);
    if (command == "UID") ids[nick] = id;
    if (command == "NICK") ids[id] = first.substr(1);
    if (command == "ENDBURST") is_linked = true;
    if (command == "PONG") ++pongs;
}

std::string Services::configuration(std::uint16_t port) {
    return fmt::format(
        R"(<bind address="127.0.0.1" port="{0}" type="servers">
<module name="services_account">
<module name="spanningtree">
<link name="services.test.example" ipaddr="127.0.0.1" port="{0}" allowmask="127.0.0.1" sendpass="secret" recvpass="secret">
<uline server="services.test.example" silent="yes">
)",
        port);
}

Services::Services(std::uint16_t port) : state_(std::make_unique<State>(port)) {
    state_->thread = std::thread([state = state_.get()] { state->live(); });
    const bool is_linked = eventually([this] {
        const std::lock_guard<std::mutex> lock(state_->mutex);
        return state_->is_linked;
    });
    if (is_linked) return;
    boost::system::error_code ignored;
    state_->socket.shutdown(tcp::socket::shutdown_both, ignored);
    state_->thread.join();
    throw std::runtime_error("the services cannot link to inspircd");
}

Services::~Services() {
    boost::system::error_code ignored;
    state_->socket.shutdown(tcp::socket::shutdown_both, ignored);
    state_->thread.join();
}

void Services::log_in(const std::string& nick, const std::string& account) {
    std::string id;
    const bool is_known = eventually([&] {
        const std::lock_guard<std::mutex> lock(state_->mutex);
        id = state_->ids[nick];
        return !id.empty();
    });
    if (!is_known) throw std::runtime_error("the services do not know " + nick);
    const auto pongs = [&] {
        const std::lock_guard<std::mutex> lock(state_->mutex);
        return state_->pongs;
    };
    const int before = pongs();
    state_->send(fmt::format(":1SV METADATA {} accountname :{}", id, account));
    state_->send(":1SV PING 0AA");
    if (!eventually([&] { return pongs() > before; }))
        throw std::runtime_error("inspircd does not answer its services");
}

}  // namespace fedmsgbot::testing
