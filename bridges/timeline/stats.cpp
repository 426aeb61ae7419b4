#include "bridges/timeline/stats.h"

#include <nlohmann/json.hpp>

#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

using Json = nlohmann::ordered_json;

Stats::Plot plot(TimelineTallies& tallies, TallyKind kind, std::int64_t last, std::int64_t bars) {
    Stats::Plot plot;
    plot.first = last - bars + 1;
    plot.messages.resize(static_cast<std::size_t>(bars));
    for (const auto& bucket : tallies.buckets(kind, plot.first, last))
        plot.messages[static_cast<std::size_t>(bucket.number - plot.first)] = bucket.messages;
    return plot;
}

template <class Unit>
Json bars(const Stats::Plot& plot) {
    auto out = Json::array();
    for (std::size_t i = 0; i < plot.messages.size(); ++i)
        out.push_back({{"start", iso_time(SystemTime(Unit(plot.first + static_cast<std::int64_t>(i))))},
                       {"messages", plot.messages[i]}});
    return out;
}

}  // namespace

Stats Stats::collect(TimelineTallies& tallies, std::int64_t days, SystemTime now) {
    Stats stats;
    stats.days = days;
    const auto today = TimelineTallies::day_of(now);
    const auto first = today - days + 1;
    stats.by_hour = plot(tallies, TallyKind::hour, TimelineTallies::hour_of(now), most_hours);
    stats.by_day = plot(tallies, TallyKind::service, today, days_plotted);
    for (const auto& outcome : tallies.top(TallyKind::outcome, first, today, 2)) {
        stats.messages += outcome.messages;
        if (outcome.name == "failed") stats.failed = outcome.messages;
    }
    const auto ranking = [&](std::string_view kind, std::string_view heading, TallyKind tally) {
        return Ranking{kind, heading, tallies.top(tally, first, today, names_shown)};
    };
    stats.rankings = {ranking("category", "Services", TallyKind::service), ranking("topic", "Topics", TallyKind::topic),
                      ranking("package", "Packages", TallyKind::package), ranking("user", "People", TallyKind::user)};
    return stats;
}

std::string stats_json(const Stats& stats) {
    Json out = {{"days", stats.days},
                {"messages", stats.messages},
                {"outcome", {{"failed", stats.failed}, {"other", stats.messages - stats.failed}}},
                {"by_hour", bars<std::chrono::hours>(stats.by_hour)},
                {"by_day", bars<std::chrono::days>(stats.by_day)}};
    for (const auto& ranking : stats.rankings) {
        auto& names = out[std::string(ranking.kind)] = Json::array();
        for (const auto& [name, messages] : ranking.names) names.push_back({{"name", name}, {"messages", messages}});
    }
    return out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace fedmsgbot
