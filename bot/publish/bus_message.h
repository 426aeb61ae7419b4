#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace fedmsgbot {

// A message that is ready to be sent: its parts, and the bytes that fedmsg's wire carries. A transport that has another
// envelope makes it from the parts.
struct BusMessage {
    std::string topic;  // the whole one: frame 0
    std::string body;   // frame 1: canonical JSON, signed where there is a key
    std::string id;
    std::string msg;  // the payload alone, canonical JSON
    std::string username;
    std::chrono::system_clock::time_point sent_at;
};

}  // namespace fedmsgbot
