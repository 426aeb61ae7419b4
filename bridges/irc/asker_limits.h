#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace fedmsgbot {

// How often one asker is heard: so many times a minute. By user and host, since a nick is changed in a moment. Bounded:
// when more ask than are remembered, whose minute began first is forgotten. Pure.
class AskerLimits {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t most_askers = 200;

    // May `source` (nick!user@host) be heard now? Counts it if so.
    bool allows(std::string_view source, int per_minute, TimePoint now);

private:
    struct Minute {
        TimePoint began{};
        int questions = 0;
    };
    std::map<std::string, Minute, std::less<>> askers_;
};

}  // namespace fedmsgbot
