#include "tests/support/ngircd.h"

#include <stdexcept>

#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "tests/support/certificates.h"

namespace fedmsgbot::testing {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string configuration(const Ngircd::Options& options, const TempFolder& folder, std::uint16_t port,
                          std::uint16_t tls_port) {
    auto text = fmt::format(R"([Global]
    Name = irc.test.example
    Info = a test
    AdminInfo1 = a test
    AdminEMail = nobody@test.example
    Listen = {}
    Ports = {}
    MotdPhrase = "Welcome"
    ServerUID = {}
    ServerGID = {}
)",
                            options.listen, port, ::getuid(), ::getgid());
    if (!options.password.empty()) text += fmt::format("    Password = {}\n", options.password);
    text += fmt::format(R"([Limits]
    MaxConnectionsIP = 0
    MaxJoins = 0
    MaxNickLength = 30
    MaxPenaltyTime = {}
[Options]
    DNS = no
    Ident = no
    PAM = no
    IncludeDir = {}
)",
                        options.max_penalty_time, (folder / "none").string());
    if (!options.channel_key.empty())
        text += fmt::format("[Channel]\n    Name = #locked\n    Modes = +tnk {}\n", options.channel_key);
    if (options.tls)
        text += fmt::format("[SSL]\n    CertFile = {}\n    KeyFile = {}\n    Ports = {}\n",
                            (folder / "server.pem").string(), (folder / "server.key").string(), tls_port);
    return text;
}

}  // namespace

Ngircd::Ngircd() : Ngircd(Options{}) {}

Ngircd::Ngircd(Options options) : options_(std::move(options)) {
    std::filesystem::create_directory(folder_ / "none");
    if (options_.tls) make_certificates(folder_.path(), options_.host);
    // Somebody else may take a port between our looking and ngircd's binding it.
    for (int attempt = 0;; ++attempt) {
        port_ = free_port();
        do tls_port_ = free_port();
        while (tls_port_ == port_);
        write_file(folder_ / "ngircd.conf", configuration(options_, folder_, port_, tls_port_));
        try {
            start();
            return;
        } catch (const std::runtime_error&) {
            if (attempt == 2) throw;
        }
    }
}

void Ngircd::set_password(std::string password) {
    options_.password = std::move(password);
    write_file(folder_ / "ngircd.conf", configuration(options_, folder_, port_, tls_port_));
}

void Ngircd::stop() { end_by(SIGTERM); }
void Ngircd::kill() { end_by(SIGKILL); }

void Ngircd::end_by(int signal) {
    if (!process_) return;
    process_->signal(signal);
    process_->wait();
    process_.reset();
}

void Ngircd::start() {
    process_.emplace(std::vector<std::string>{"ngircd", "-n", "-f", (folder_ / "ngircd.conf").string()});
    const bool is_up = eventually([this] { return welcomes_clients() || !process_->is_running(); });
    if (!is_up || !process_->is_running())
        throw std::runtime_error("ngircd does not start: " + process_->output() + process_->errors());
}

bool Ngircd::welcomes_clients() const {
    try {
        asio::io_context loop;
        tcp::socket socket(loop);
        socket.connect({asio::ip::make_address(options_.listen), port_});
        std::string hello = options_.password.empty() ? "" : "PASS " + options_.password + "\r\n";
        hello += "NICK probe\r\nUSER probe 0 * :probe\r\n";
        asio::write(socket, asio::buffer(hello));
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

}  // namespace fedmsgbot::testing
