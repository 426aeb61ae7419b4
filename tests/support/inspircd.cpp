#include "tests/support/inspircd.h"

#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

namespace fedmsgbot::testing {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string configuration(const Inspircd::Options& options, const TempFolder& folder, std::uint16_t port) {
    return fmt::format(
        R"(<server name="irc.test.example" description="a test" network="Test" id="0AA">
<admin name="a test" nick="nobody" email="nobody@test.example">
<bind address="127.0.0.1" port="{}" type="clients">
<path datadir="{}" logdir="{}" runtimedir="{}">
<pid file="{}">
<connect allow="*" timeout="60" pingfreq="120" hardsendq="1M" softsendq="10240" recvq="{}" threshold="{}"
    commandrate="{}" fakelag="{}" localmax="10" globalmax="10" resolvehostnames="no" useident="no">
<module name="cap">
<module name="botmode">
<module name="blockcolor">
<module name="stripcolor">
<module name="ircv3">
<module name="monitor">
<module name="ircv3_batch">
<module name="ircv3_accounttag">
<module name="ircv3_servertime">
{}{}
)",
        port, folder.path().string(), folder.path().string(), folder.path().string(), (folder / "pid").string(),
        options.recvq, options.threshold, options.commandrate, options.fakelag ? "yes" : "no",
        options.echoes ? "<module name=\"ircv3_echomessage\">\n<module name=\"ircv3_labeledresponse\">\n" : "",
        options.more);
}

bool welcomes_clients(std::uint16_t port) {
    try {
        asio::io_context loop;
        tcp::socket socket(loop);
        socket.connect({asio::ip::address_v4::loopback(), port});
        asio::write(socket, asio::buffer(std::string("NICK probe\r\nUSER probe 0 * :probe\r\n")));
        asio::streambuf answer;
        asio::read_until(socket, answer, " 001 ");
        asio::write(socket, asio::buffer(std::string("QUIT\r\n")));
        boost::system::error_code end;  // read to the end, so that the nick is free again
        asio::read_until(socket, answer, "\n never \n", end);
        return true;
    } catch (const boost::system::system_error&) {
        return false;
    }
}

}  // namespace

Inspircd::Inspircd() : Inspircd(Options{}) {}

Inspircd::Inspircd(Options options) {
    // Somebody else may take a port between our looking and InspIRCd's binding it.
    for (int attempt = 0;; ++attempt) {
        port_ = free_port();
        write_file(folder_ / "inspircd.conf", configuration(options, folder_, port_));
        try {
            start();
            return;
        } catch (const std::runtime_error&) {
            if (attempt == 2) throw;
        }
    }
}

Inspircd::~Inspircd() { kill(); }

void Inspircd::kill() {
    if (!process_) return;
    process_->signal(SIGKILL);
    process_->wait();
    process_.reset();
}

void Inspircd::start() {
    process_.emplace(std::vector<std::string>{"inspircd", "--nofork", "--runasroot", "--nolog",
                                              "--config=" + (folder_ / "inspircd.conf").string()});
    const bool is_up = eventually([this] { return welcomes_clients(port_) || !process_->is_running(); });
    if (!is_up || !process_->is_running())
        throw std::runtime_error("inspircd does not start: " + process_->output() + process_->errors());
}

}  // namespace fedmsgbot::testing
