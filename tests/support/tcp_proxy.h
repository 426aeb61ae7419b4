#pragma once

#include <cstdint>
#include <memory>

#include <boost/asio/io_context.hpp>

namespace fedmsgbot::testing {

// A wire to a server on loopback that can go dead without being cut: nothing passes any more, and nobody is told. It
// lives in the test's own loop, and must be destroyed before it.
class TcpProxy {
public:
    TcpProxy(boost::asio::io_context& loop, std::uint16_t to);
    ~TcpProxy();

    std::uint16_t port() const;
    int connections() const;
    void go_dead();  // the connections that there are; later ones are well

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
