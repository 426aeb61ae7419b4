#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridges/timeline/timeline_settings.h"
#include "bridges/timeline/timeline_tallies.h"

namespace fedmsgbot {

// The numbers of the last days, ready to be shown: every hour and day is there, also one without messages.
struct Stats {
    struct Plot {
        std::int64_t first = 0;              // the first hour or day since 1970
        std::vector<std::int64_t> messages;  // one a bar
    };
    struct Ranking {
        std::string_view kind;  // `package`: as in the JSON, and the filter's parameter
        std::string_view heading;
        std::vector<TimelineTallies::Name> names;
    };

    static constexpr std::int64_t most_days = TimelineTallies::days_of_names_kept;
    static constexpr std::int64_t usual_days = 7;
    static constexpr std::int64_t most_hours = 48;
    static constexpr std::int64_t days_plotted = 90;
    static constexpr std::int64_t names_shown = 20;

    // Precondition: days is 1 to most_days. The last of them is today, which is not over.
    static Stats collect(TimelineTallies& tallies, std::int64_t days, SystemTime now);

    std::int64_t days = usual_days;  // what the sums and rankings are of
    std::int64_t messages = 0;
    std::int64_t failed = 0;
    Plot by_hour, by_day;
    std::array<Ranking, 4> rankings;
};

// The page: numbers, two plots drawn as SVG within it, four rankings that lead to the views of their names.
std::string stats_view(const TimelineSettings& settings, const Stats& stats);

// The same as JSON.
std::string stats_json(const Stats& stats);

}  // namespace fedmsgbot
