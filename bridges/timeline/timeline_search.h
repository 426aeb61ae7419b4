#pragma once

#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/store/database.h"
#include "bridges/timeline/timeline_index.h"
#include "bridges/timeline/work_time.h"

namespace fedmsgbot {

namespace timeline_queries {
inline constexpr std::string_view numbers =
    "SELECT rowid FROM entry_index WHERE entry_index MATCH ?1 AND rowid < ?2 AND rowid > ?3 ORDER BY rowid {} "
    "LIMIT ?4 OFFSET ?5";
inline constexpr std::string_view count =
    "SELECT count(*) FROM entry_index WHERE entry_index MATCH ?1 AND rowid < ?2 AND rowid > ?3";
}  // namespace timeline_queries

// Asks the full-text index for numbers of entries, a stretch of numbers at a time. The index walks its lists fast, but
// a filter that lets nearly nothing through of what is frequent has it walk them to their ends: so the walk is cut into
// stretches, and ends when its time is over. Counts of whole blocks are remembered, since what is in them does not
// change. Members may throw DatabaseError. One thread.
class TimelineSearch {
public:
    enum class Order { newest_first, oldest_first };

    // Numbers, both excluded.
    struct Bounds {
        std::int64_t above = 0;
        std::int64_t below = std::numeric_limits<std::int64_t>::max();
        bool is_empty() const { return below - 1 <= above; }
    };

    static constexpr std::int64_t counted = 4 * TimelineIndex::block;  // at once
    static constexpr std::size_t most_counts = 65536;                  // remembered

    // The database must outlive it.
    explicit TimelineSearch(Database& database);

    struct Found {
        std::vector<std::int64_t> ids;
        // The time was over: all between the bound and this number was looked at, and the search goes on behind it.
        std::optional<std::int64_t> stopped_at;
    };
    // The first `limit` in that order that the expression fits. At least one stretch is looked at, so whoever asks
    // again from where it stopped arrives. Precondition: the bounds are those of entries that there are, or narrower.
    // What is rare by one of the `glances` is found at once, wherever it is.
    Found find(const std::string& expression, const std::vector<std::string>& glances, Bounds bounds, Order order,
               std::size_t limit, const WorkTime& time);

    // Numbers in narrow bounds that the expression fits, one `limit` of them.
    std::vector<std::int64_t> some(const std::string& expression, Bounds bounds, Order order, std::int64_t skipped,
                                   std::int64_t limit);

    // How many of a stretch the expression fits. It is remembered where the stretch is whole and `is_settled` says that
    // nothing comes to it any more.
    std::int64_t count(const std::string& expression, Bounds bounds, bool is_settled);

    // The first stretch of `size` numbers in that order: cut at multiples of it, and to the bounds.
    static Bounds first_stretch(Bounds bounds, Order order, std::int64_t size);

private:
    std::vector<std::int64_t> ask(const std::string& whole_expression, Bounds bounds, Order order, std::int64_t skipped,
                                  std::int64_t limit);
    bool is_rare(const std::string& glance);

    using Counts = std::map<std::int64_t, std::int64_t>;  // by the number of the stretch
    struct Known {
        std::string expression;
        Counts counts;
    };
    Counts& known(const std::string& expression);
    void make_room();

    Statement newest_, oldest_, count_;
    std::list<Known> known_;  // what was asked for last is first
    std::size_t remembered_ = 0;
};

}  // namespace fedmsgbot
