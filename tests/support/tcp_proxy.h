#pragma once

#include <cstdint>
#include <memory>

namespace fedmsgbot::testing {

// A wire to a server on loopback that fails as wires do. It has a thread of its own; every function may be called from
// the test's.
class TcpProxy {
public:
    explicit TcpProxy(std::uint16_t to);
    ~TcpProxy();
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    std::uint16_t port() const;
    int connections() const;  // so far

    void go_dead();  // nothing passes any more, and nobody is told; later connections are well
    void cut();      // both ends are told
    void refuse();   // from now on who connects is turned away
    void admit();    // no more of that

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
