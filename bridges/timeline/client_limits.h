#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace fedmsgbot {

// What one reader may use up, that the others find room: streams at once, and requests by a bucket of tokens. Readers
// are told apart by their address, of IPv6 by its first half, which is what one household has. The table is bounded:
// who has not been seen for longest is forgotten first, which gives them a full bucket. Pure: the caller passes the
// time. One thread.
class ClientLimits {
public:
    using Clock = std::chrono::steady_clock;
    struct Most {
        double requests = 120;          // at once
        double requests_a_second = 10;  // in the long run
        std::size_t streams = 64;
        std::size_t clients = 10000;  // remembered
    };

    explicit ClientLimits(Most most) : most_(most) {}

    // Whether there is a token for one more request; takes it.
    bool admits_request(const boost::asio::ip::address& client, Clock::time_point now);
    bool admits_stream(const boost::asio::ip::address& client) const;
    void begin_stream(const boost::asio::ip::address& client);
    void end_stream(const boost::asio::ip::address& client);

    std::size_t clients() const { return buckets_.size(); }

private:
    struct Bucket {
        double tokens;
        Clock::time_point filled;
    };
    void make_room();

    Most most_;
    std::map<std::string, Bucket> buckets_;
    std::map<std::string, std::size_t> streams_;  // bounded by the server's streams
};

// Counts a stream as its client's while it lives. The limits must outlive it.
class ClientStream {
public:
    ClientStream(ClientLimits& limits, const boost::asio::ip::address& client) : limits_(limits), client_(client) {
        limits_.begin_stream(client_);
    }
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;
    ~ClientStream() { limits_.end_stream(client_); }

private:
    ClientLimits& limits_;
    boost::asio::ip::address client_;
};

}  // namespace fedmsgbot
