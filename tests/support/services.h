#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace fedmsgbot::testing {

// The services of a network, as far as accounts go: a server of its own, linked to a real InspIRCd by InspIRCd's
// protocol between servers. It has a thread of its own.
class Services {
public:
    // What the InspIRCd's configuration needs for it; `port` is for servers.
    static std::string configuration(std::uint16_t port);

    // Linked when it returns; throws when that takes too long.
    explicit Services(std::uint16_t port);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    // The user who is called so is logged in to the account when it returns.
    void log_in(const std::string& nick, const std::string& account);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
