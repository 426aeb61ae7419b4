#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace fedmsgbot {

// What the operator may say of a source's catching up.
struct CatchUpSettings {
    std::string archive;  // a datagrepper's address; empty: none, gaps are only told
    std::chrono::milliseconds max_age{std::chrono::hours(2)};    // what is older is not fetched
    std::chrono::milliseconds overlap{std::chrono::minutes(2)};  // fetched from before the gap: links die unnoticed
    std::chrono::milliseconds delay{10'000};                     // how long an archive may take to have a message
    std::chrono::milliseconds every{1000};                       // between two requests
    std::chrono::milliseconds timeout{60'000};
    std::size_t page = 100;              // messages a request
    std::uint64_t max_messages = 20000;  // a gap
    std::size_t max_page_bytes = 16 * 1024 * 1024;
};

}  // namespace fedmsgbot
