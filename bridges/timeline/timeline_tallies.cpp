#include "bridges/timeline/timeline_tallies.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "bot/core/failure.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_name_bytes = 200;
constexpr std::size_t most_names_a_message = 32;

template <class Unit>
std::int64_t number_of(SystemTime time) {
    return std::chrono::floor<Unit>(time.time_since_epoch()).count();
}

std::int64_t number(TallyKind kind) { return static_cast<std::int64_t>(kind); }

}  // namespace

TimelineTallies::TimelineTallies(Database& database)
    : add_(database.prepare("INSERT INTO tally (kind, bucket, name, count) VALUES (?1, ?2, ?3, ?4) "
                            "ON CONFLICT (kind, bucket, name) DO UPDATE SET count = count + excluded.count")),
      known_(database.prepare("SELECT 1 FROM tally WHERE kind = ?1 AND bucket = ?2 AND name = ?3")),
      count_(database.prepare("SELECT count(*) FROM tally WHERE kind = ?1 AND bucket = ?2")),
      names_(database.prepare("SELECT name, count FROM tally WHERE kind = ?1 AND bucket = ?2 AND name <> ''")),
      sums_(database.prepare("SELECT name, sum(count) FROM tally WHERE kind = ?1 AND bucket BETWEEN ?2 AND ?3 "
                             "AND name <> '' GROUP BY name ORDER BY sum(count) DESC, name LIMIT ?4")),
      buckets_(database.prepare("SELECT bucket, sum(count) FROM tally WHERE kind = ?1 AND bucket BETWEEN ?2 AND ?3 "
                                "GROUP BY bucket ORDER BY bucket")),
      forget_(database.prepare("DELETE FROM tally WHERE kind = ?1 AND bucket < ?2")) {}

std::int64_t TimelineTallies::hour_of(SystemTime time) { return number_of<std::chrono::hours>(time); }
std::int64_t TimelineTallies::day_of(SystemTime time) { return number_of<std::chrono::days>(time); }

void TimelineTallies::count(TallyKind kind, std::int64_t bucket, std::string_view name) {
    ++added_[{kind, bucket, std::string(utf8_prefix(name, most_name_bytes))}];
}

void TimelineTallies::add(const TimelineArrival& arrival) {
    const auto& line = arrival.line;
    const auto day = day_of(arrival.accepted_at);
    count(TallyKind::hour, hour_of(arrival.accepted_at), line.service);
    count(TallyKind::service, day, line.service);
    count(TallyKind::topic, day, line.title);
    count(TallyKind::outcome, day, tells_of_failure(arrival.message, line.text) ? "failed" : "other");
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_names_a_message); ++i)
        count(TallyKind::package, day, line.packages[i]);
    for (std::size_t i = 0; i < std::min(line.usernames.size(), most_names_a_message); ++i)
        count(TallyKind::user, day, line.usernames[i]);
}

// Names are what strangers say they are.
bool TimelineTallies::is_known(const Key& key) {
    const auto& [kind, bucket, name] = key;
    known_.bind(0, number(kind)).bind(1, bucket).bind(2, name);
    const bool is_there = known_.step();
    known_.reset();
    if (is_there) return true;
    count_.bind(0, number(kind)).bind(1, bucket);
    count_.step();
    const auto count = count_.integer(0);
    count_.reset();
    return count < most_names;
}

void TimelineTallies::write() {
    for (const auto& [key, messages] : added_) {
        const auto& [kind, bucket, name] = key;
        read_.erase({kind, bucket});
        add_.bind(0, number(kind)).bind(1, bucket);
        add_.bind(2, is_known(key) ? std::string_view(name) : others).bind(3, messages).run();
    }
    added_.clear();
}

std::vector<TimelineTallies::Bucket> TimelineTallies::buckets(TallyKind kind, std::int64_t first, std::int64_t last) {
    std::vector<Bucket> found;
    buckets_.bind(0, number(kind)).bind(1, first).bind(2, last);
    while (buckets_.step()) found.push_back({buckets_.integer(0), buckets_.integer(1)});
    buckets_.reset();
    return found;
}

const TimelineTallies::Bucketful& TimelineTallies::names_in(TallyKind kind, std::int64_t bucket) {
    const auto [at, is_new] = read_.try_emplace({kind, bucket});
    auto& found = at->second;
    if (!is_new) return found;
    try {
        names_.bind(0, number(kind)).bind(1, bucket);
        while (names_.step()) found.push_back({std::string(names_.text(0)), names_.integer(1)});
        names_.reset();
    } catch (...) {
        read_.erase(at);
        throw;
    }
    return found;
}

std::vector<TimelineTallies::Name> TimelineTallies::top(TallyKind kind, std::int64_t first, std::int64_t last,
                                                        std::int64_t most) {
    std::unordered_map<std::string_view, std::int64_t> sums;
    for (auto bucket = first; bucket <= last; ++bucket)
        for (const auto& [name, messages] : names_in(kind, bucket)) sums[name] += messages;
    std::vector<std::pair<std::string_view, std::int64_t>> names(sums.begin(), sums.end());
    const auto count = std::min(names.size(), static_cast<std::size_t>(most));
    std::partial_sort(
        names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count), names.end(),
        [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
    std::vector<Name> found;
    for (std::size_t i = 0; i < count; ++i) found.push_back({std::string(names[i].first), names[i].second});
    return found;
}

std::vector<TimelineTallies::Name> TimelineTallies::sums(TallyKind kind, std::int64_t first, std::int64_t last,
                                                         std::int64_t most) {
    std::vector<Name> found;
    sums_.bind(0, number(kind)).bind(1, first).bind(2, last).bind(3, most);
    while (sums_.step()) found.push_back({std::string(sums_.text(0)), sums_.integer(1)});
    sums_.reset();
    return found;
}

bool TimelineTallies::read_ahead(SystemTime now) {
    const auto today = day_of(now);
    for (const auto kind : {TallyKind::topic, TallyKind::package, TallyKind::user})
        for (auto day = today - 1; day > today - days_of_names_kept; --day) {
            if (read_.count({kind, day}) > 0) continue;
            names_in(kind, day);
            return true;
        }
    return false;
}

void TimelineTallies::tidy(SystemTime now) {
    const auto forget = [this](TallyKind kind, std::int64_t first) {
        read_.erase(read_.lower_bound({kind, 0}), read_.lower_bound({kind, first}));
        forget_.bind(0, number(kind)).bind(1, first).run();
    };
    const auto today = day_of(now);
    forget(TallyKind::hour, hour_of(now) - 24 * days_of_hours_kept);
    for (const auto kind : {TallyKind::service, TallyKind::outcome}) forget(kind, today - days_kept);
    for (const auto kind : {TallyKind::topic, TallyKind::package, TallyKind::user})
        forget(kind, today - days_of_names_kept);
}

}  // namespace fedmsgbot
