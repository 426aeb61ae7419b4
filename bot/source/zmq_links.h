#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// Finds the connections that libzmq has given up. It connects again by itself after every loss but one: where a peer
// broke the protocol, as by a frame over the limit, it says `disconnected` like always and then never tries again. The
// only sign is that no `retried` follows. (libzmq 4.3: session_base_t::engine_error.)
// Events name an endpoint as it was resolved last, so a host name may come back as a number: only the port is sure.
// Pure: fed with the socket monitor's events. One thread.
class ZmqLinks {
public:
    using Time = std::chrono::steady_clock::time_point;
    // A retry follows a loss at once; this is far more than the library's thread can be late.
    static constexpr std::chrono::seconds patience{1};

    void add(std::string endpoint) { endpoints_.push_back(std::move(endpoint)); }

    void disconnected(std::string_view endpoint, Time now);
    void closed(std::string_view endpoint);   // an attempt to connect has failed
    void retried(std::string_view endpoint);  // another attempt will be made

    bool has_losses() const { return !losses_.empty(); }

    // The endpoints that must be connected anew, as they were added; each is told once.
    std::vector<std::string> take_abandoned(Time now);

private:
    struct Loss {
        std::string endpoint;
        Time at;
    };

    std::vector<std::string> endpoints_;
    std::vector<Loss> losses_;
    std::set<std::string, std::less<>> failed_attempts_;  // the retry that follows answers none of the losses
};

}  // namespace fedmsgbot
