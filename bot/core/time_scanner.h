#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// Reads the pieces of a time from left to right; once something is missing it stays failed.
class TimeScanner {
public:
    explicit TimeScanner(std::string_view text) : rest_(text) {}

    int number(std::size_t digits) {
        int value = 0;
        if (rest_.size() < digits) return failed_ = true, 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return failed_ = true, 0;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }
    void skip(std::string_view one_of) {
        if (rest_.empty() || one_of.find(rest_[0]) == std::string_view::npos)
            failed_ = true;
        else
            rest_.remove_prefix(1);
    }
    std::chrono::milliseconds fraction() {
        if (rest_.empty() || rest_[0] != '.') return std::chrono::milliseconds(0);
        rest_.remove_prefix(1);
        int value = 0;
        int unit = 100;
        for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1), unit /= 10)
            value += (rest_[0] - '0') * unit;
        return std::chrono::milliseconds(value);
    }
    int month() {
        static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const auto found = std::find(names.begin(), names.end(), rest_.substr(0, 3));
        if (found == names.end()) return failed_ = true, 1;
        rest_.remove_prefix(3);
        return static_cast<int>(found - names.begin()) + 1;
    }
    std::string_view rest() const { return rest_; }
    bool has_failed() const { return failed_; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

// The moment in UTC; nothing where there is no such day or hour, or none that a sender of today can mean.
std::optional<SystemTime> make_time(std::chrono::year_month_day day, int hour, int minute, int second);
std::chrono::year_month_day make_day(int year, int month, int day);

// `2026-11-24T13:05:00.123Z`, `2026-11-24 13:05:00+01:00`; without an offset UTC is meant. Nothing for what is no time.
std::optional<SystemTime> parse_iso_time(std::string_view text);

}  // namespace fedmsgbot
