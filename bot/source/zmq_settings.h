#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace fedmsgbot {

// What the operator may say of a source of kind `zmq`. The defaults are those fedmsg's own hub ran with, but for the
// high-water mark, which it left unlimited: a queue without an end is how a slow disk becomes a killed process.
struct ZmqSettings {
    std::vector<std::string> endpoints;  // tcp://host:port; at least one
    std::vector<std::string> topics;     // prefixes; a `*` at the end is ignored, as moksha did; none: everything
    int high_water_mark = 100'000;       // messages waiting at each endpoint; 0: no limit
    bool keepalive = true;
    int keepalive_count = 3;
    std::chrono::seconds keepalive_idle{60};
    std::chrono::seconds keepalive_interval{5};
    std::chrono::milliseconds reconnect{100};  // doubles with every failure, up to
    std::chrono::milliseconds reconnect_max{1000};
};

}  // namespace fedmsgbot
