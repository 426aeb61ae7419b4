#include "bot/core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "bot/core/text.h"

namespace fedmsgbot::log {

namespace {

spdlog::logger& logger() {
    static const auto made = [] {
        auto fresh = std::make_shared<spdlog::logger>("fedmsgbot", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        fresh->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        return fresh;
    }();
    return *made;
}

spdlog::level::level_enum translate(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

void append(std::string& line, const Field& field) {
    const std::string value = clean_line(field.value, 2000);
    const bool needs_quotes = value.empty() || value.find_first_of(" \"=") != std::string::npos;
    line += fmt::format(" {}=", field.key);
    if (!needs_quotes) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += '"';
}

void write(Level level, std::string_view event, Fields fields) {
    if (!is_enabled(level)) return;
    std::string line(event);
    for (const auto& field : fields) append(line, field);
    logger().log(translate(level), "{}", line);
}

}  // namespace

void set_level(Level level) { logger().set_level(translate(level)); }

bool is_enabled(Level level) { return logger().should_log(translate(level)); }

void debug(std::string_view event, Fields fields) { write(Level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(Level::info, event, fields); }
void warn(std::string_view event, Fields fields) { write(Level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(Level::error, event, fields); }

bool Limiter::admits(std::uint64_t& held_back) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
        ++held_back_;
        return false;
    }
    next_ = now + every_;
    held_back = std::exchange(held_back_, 0);
    return true;
}

}  // namespace fedmsgbot::log
