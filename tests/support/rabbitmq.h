#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// A real RabbitMQ on loopback, on ports of its own, set up as Fedora's: TLS with an authority of its own that demands a
// client certificate, whose common name is the user (EXTERNAL); and plain with guest beside it. It takes clients when
// the constructor returns, which takes some 5 s: a program's tests share one.
class Rabbitmq {
public:
    static Rabbitmq& shared();  // stopped when the program ends

    Rabbitmq();
    Rabbitmq(const Rabbitmq&) = delete;
    Rabbitmq& operator=(const Rabbitmq&) = delete;
    ~Rabbitmq();

    std::uint16_t port() const { return port_; }
    std::uint16_t tls_port() const { return tls_port_; }  // for the host name localhost
    std::filesystem::path folder() const { return folder_.path(); }
    std::filesystem::path ca_file() const { return folder_ / "authority.pem"; }
    std::string url() const;  // amqp://127.0.0.1:PORT
    pid_t process() const;    // while it runs

    // rabbitmqctl; throws when it fails.
    std::string control(std::vector<std::string> words);

    void stop();   // in good order
    void kill();   // as a crash does
    void start();  // again, on the same ports

    void freeze();  // its connections stay open and say nothing more
    void thaw();

private:
    void start_names();
    Process::Options environment() const;

    TempFolder folder_;
    std::uint16_t port_ = 0, tls_port_ = 0, names_port_ = 0, nodes_port_ = 0;
    std::optional<Process> names_;  // Erlang's port mapper
    std::optional<Process> broker_;
};

}  // namespace fedmsgbot::testing
