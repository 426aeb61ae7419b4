#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fedmsgbot::testing {

// A proxy for https, as companies have them: takes CONNECT and passes bytes on, always to one port of loopback, so that
// a name which nobody resolves is a server of the test. Runs in a thread of its own.
class ConnectProxy {
public:
    explicit ConnectProxy(std::uint16_t to);
    ~ConnectProxy();

    std::string url() const;
    std::vector<std::string> asked() const;  // `social.example:443`, of each CONNECT

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
