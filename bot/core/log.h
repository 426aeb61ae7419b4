#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace fedmsgbot::log {

// One line an event on standard error: `level event key=value key="value with blanks"`. Never a secret; never a body of
// a message above debug. Any thread may call these.

struct Field {
    template <class T>
    Field(std::string_view key, const T& value) : key(key), value(fmt::format("{}", value)) {}

    std::string_view key;
    std::string value;
};
using Fields = std::initializer_list<Field>;

enum class Level { debug, info, warn, error };

// info by default.
void set_level(Level level);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

bool is_enabled(Level level);

// Keeps a repeated trouble from flooding the log: says yes to the first, then once every `every` and tells how many
// were held back meanwhile. One thread.
class Limiter {
public:
    explicit Limiter(std::chrono::seconds every = std::chrono::seconds(60)) : every_(every) {}

    // True when this occurrence is to be logged; `held_back` is then the number not logged since the last one that was.
    bool admits(std::uint64_t& held_back);

private:
    std::chrono::seconds every_;
    std::chrono::steady_clock::time_point next_{};
    std::uint64_t held_back_ = 0;
};

}  // namespace fedmsgbot::log
