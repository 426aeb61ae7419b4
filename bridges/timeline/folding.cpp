#include "bridges/timeline/folding.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bot/core/mark.h"

namespace fedmsgbot {

std::string burst_user(const TimelineEntry& entry) {
    if (!entry.line.agent.empty() || entry.line.usernames.empty()) return entry.line.agent;
    return entry.line.usernames.front();
}

// What nobody vouches for is never folded into what is genuine.
std::string burst_kind(const TimelineEntry& entry) {
    return fmt::format("{}\n{}\n{}", entry.topic, burst_user(entry), mark_of(entry.line));
}

void Folding::pass(const TimelineEntry& entry) { bursts_[burst_kind(entry)] = {entry.accepted_at, {}}; }

bool Folding::add(const TimelineEntry& entry) {
    auto kind = burst_kind(entry);
    const auto found = bursts_.find(kind);
    if (found != bursts_.end() && found->second.oldest - entry.accepted_at <= gap) {
        auto& burst = found->second;
        burst.oldest = entry.accepted_at;
        if (burst.row) rows_[*burst.row].rest.push_back(entry);
        return true;
    }
    if (rows_.size() >= most_rows_) {
        if (found != bursts_.end()) bursts_.erase(found);  // what follows belongs to the row that had no room
        return false;
    }
    bursts_[std::move(kind)] = {entry.accepted_at, rows_.size()};
    rows_.push_back({entry, {}, false});
    return true;
}

bool Folding::is_open(SystemTime time) const {
    return std::any_of(bursts_.begin(), bursts_.end(),
                       [time](const auto& burst) { return burst.second.row && burst.second.oldest - time <= gap; });
}

std::vector<ListRow> Folding::take(std::optional<SystemTime> ended_at) {
    if (ended_at)
        for (const auto& [kind, burst] : bursts_)
            if (burst.row && burst.oldest - *ended_at <= gap) rows_[*burst.row].goes_on = true;
    bursts_.clear();
    return std::exchange(rows_, {});
}

std::int64_t head_above(const std::vector<TimelineEntry>& entries, std::size_t rows) {
    struct Newest {
        std::int64_t id;
        SystemTime time;
    };
    std::map<std::string, Newest> bursts;
    std::vector<std::int64_t> heads;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const auto [burst, is_first] = bursts.try_emplace(burst_kind(*entry), Newest{entry->id, entry->accepted_at});
        if (!is_first && entry->accepted_at - burst->second.time > Folding::gap) heads.push_back(burst->second.id);
        burst->second = {entry->id, entry->accepted_at};
    }
    for (const auto& [kind, newest] : bursts) heads.push_back(newest.id);
    std::sort(heads.begin(), heads.end());
    return heads[std::min(rows, heads.size()) - 1];
}

}  // namespace fedmsgbot
