#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// A real IRC server on loopback, on ports of its own. It takes clients when the constructor returns.
class Ngircd {
public:
    struct Options {
        bool tls = false;                // on a second port, with a certificate of a new authority
        std::string host = "localhost";  // that the certificate is for
        std::string password{};          // that clients must give
        std::string listen = "127.0.0.1";
        std::string channel_key{};  // of the channel #locked
        int max_penalty_time = 0;   // 0: no flood control; -1: ngircd's own
    };

    Ngircd();
    explicit Ngircd(Options options);

    std::uint16_t port() const { return port_; }
    std::uint16_t tls_port() const { return tls_port_; }
    std::filesystem::path ca_file() const { return folder_ / "authority.pem"; }
    std::string errors() const { return process_ ? process_->errors() : std::string{}; }

    // Where its certificate stands, as make_certificates() left it; a change counts from the next start.
    const std::filesystem::path& folder() const { return folder_.path(); }
    void set_password(std::string password);  // counts from the next start

    void stop();   // in order: what it has confirmed reaches the channel
    void kill();   // as a crash does: perhaps nobody sees what it has confirmed
    void start();  // again, on the same ports

private:
    void end_by(int signal);
    bool welcomes_clients() const;

    Options options_;
    TempFolder folder_;
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
    std::optional<Process> process_;
};

}  // namespace fedmsgbot::testing
