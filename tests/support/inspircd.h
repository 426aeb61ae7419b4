#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

// A real InspIRCd on loopback, in clear, with the flood limits of its own example configuration unless told otherwise.
// It takes clients when the constructor returns.
class Inspircd {
public:
    struct Options {
        bool fakelag = true;  // delays who floods; else it throws them out
        int threshold = 10;
        int commandrate = 1000;  // thousandths of a command a second
        int recvq = 10 * 1024;
        bool echoes = true;  // what clients say, and answers to labels
        std::string more{};  // of its configuration
    };

    Inspircd();
    explicit Inspircd(Options options);
    ~Inspircd();
    Inspircd(const Inspircd&) = delete;
    Inspircd& operator=(const Inspircd&) = delete;

    std::uint16_t port() const { return port_; }

    void kill();   // as a crash does
    void start();  // again, on the same port

private:
    TempFolder folder_;
    std::uint16_t port_ = 0;
    std::optional<Process> process_;
};

}  // namespace fedmsgbot::testing
