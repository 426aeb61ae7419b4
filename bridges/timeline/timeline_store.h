#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/store/database.h"
#include "bridges/timeline/timeline_entry.h"
#include "bridges/timeline/timeline_filter.h"
#include "bridges/timeline/timeline_index.h"
#include "bridges/timeline/timeline_tallies.h"

namespace fedmsgbot {

// The queries that readers cause. All go down the table by its primary key, or down the index by the same numbers, so
// that they cost the same with a hundred entries and with a million; a test holds them to it.
namespace timeline_queries {
inline constexpr std::string_view older = "SELECT {} FROM entry WHERE id < ?1 AND id > ?2 ORDER BY id DESC LIMIT ?3";
inline constexpr std::string_view newer = "SELECT {} FROM entry WHERE id < ?1 AND id > ?2 ORDER BY id ASC LIMIT ?3";
inline constexpr std::string_view older_found =
    "SELECT {} FROM entry_index CROSS JOIN entry ON entry.id = entry_index.rowid WHERE entry_index MATCH ?4 "
    "AND entry_index.rowid < ?1 AND entry_index.rowid > ?2 ORDER BY entry_index.rowid DESC LIMIT ?3";
inline constexpr std::string_view newer_found =
    "SELECT {} FROM entry_index CROSS JOIN entry ON entry.id = entry_index.rowid WHERE entry_index MATCH ?4 "
    "AND entry_index.rowid < ?1 AND entry_index.rowid > ?2 ORDER BY entry_index.rowid ASC LIMIT ?3";
inline constexpr std::string_view numbers =
    "SELECT rowid FROM entry_index WHERE entry_index MATCH ?4 AND rowid < ?1 AND rowid > ?2 ORDER BY rowid {} "
    "LIMIT ?3 OFFSET ?5";
inline constexpr std::string_view count =
    "SELECT count(*) FROM entry_index WHERE entry_index MATCH ?1 AND rowid < ?2 AND rowid > ?3";
inline constexpr std::string_view one = "SELECT {} FROM entry WHERE id = ?1";
inline constexpr std::string_view raw = "SELECT raw FROM entry WHERE id = ?1";
inline constexpr std::string_view first = "SELECT id FROM entry ORDER BY id ASC LIMIT 1";
inline constexpr std::string_view last = "SELECT id FROM entry ORDER BY id DESC LIMIT 1";
inline constexpr std::string_view nearest = "SELECT id, accepted_at FROM entry WHERE id >= ?1 ORDER BY id LIMIT 1";
}  // namespace timeline_queries

// The timeline's memory: what was delivered here, once for each message id, on disk when insert() has returned.
// That a message cannot be stored twice is what makes the timeline exactly-once, whatever is delivered again.
// Every member may throw DatabaseError. One owner, one thread.
class TimelineStore {
public:
    using Entries = std::vector<TimelineEntry>;

    // How much is kept; whichever limit is reached first counts.
    struct Keep {
        std::int64_t entries = 1'000'000;
        std::optional<std::chrono::milliseconds> age;
    };

    // Numbers of the oldest and the newest entry, 0 while there is none; and of the newest there ever was.
    struct Span {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::int64_t last_ever = 0;
    };

    explicit TimelineStore(const std::filesystem::path& path);

    // All or none of them, in one transaction. How many were new.
    std::size_t insert(const std::vector<TimelineArrival>& batch);

    // Entries below `id` that the filter lets through, the newest of them first.
    Entries older_than(std::int64_t id, std::size_t limit, const TimelineFilter& filter = {});
    // Entries above `id`, the `limit` nearest to it; the newest first as well.
    Entries newer_than(std::int64_t id, std::size_t limit, const TimelineFilter& filter = {});
    // One page of all that the filter lets through, by counting: for those who must know how many there are. It costs
    // time in proportion to what is found, though it reads no more entries than it gives.
    struct Slice {
        std::vector<std::int64_t> ids;
        std::int64_t total = 0;
    };
    enum class Order { newest_first, oldest_first };
    Slice slice(const TimelineFilter& filter, Order order, std::int64_t skipped, std::int64_t limit);

    std::optional<TimelineEntry> find(std::int64_t id);
    std::optional<std::int64_t> number_of(std::string_view message_id);
    std::optional<std::string> raw(std::int64_t id);  // the message's own bytes
    Span span();
    TimelineTallies& tallies() { return tallies_; }

    // Permanent: made when the file was.
    const std::string& feed_id() const { return feed_id_; }  // urn:uuid:...
    SystemTime created_at() const { return created_at_; }

    // Removes entries that are no longer kept, the oldest first, at most `most` a call; the file's room is used again.
    // How many. Call it now and then.
    std::size_t tidy(const Keep& keep, SystemTime now, std::size_t most = 1000);

    // A file of an earlier format has entries that no filter finds yet. Makes at most so many of them findable, the
    // newest first; how many. Call it now and then, until it gives 0.
    std::size_t index_more(std::size_t most);
    bool is_indexed();

private:
    // Numbers, both excluded.
    struct Bounds {
        std::int64_t above = 0;
        std::int64_t below = std::numeric_limits<std::int64_t>::max();
    };
    Entries read(Statement& plain, Statement& found, Bounds bounds, std::size_t limit, const TimelineFilter& filter);
    Bounds narrowed(Bounds bounds, const TimelineFilter& filter);
    std::int64_t first_since(std::int64_t time);
    template <class Work>
    void in_transaction(const Work& work);
    std::size_t remove_up_to(std::int64_t id);
    void read_identity();

    Database database_;
    TimelineIndex index_;
    TimelineTallies tallies_;
    Statement insert_;
    Statement older_;
    Statement newer_;
    Statement older_found_;
    Statement newer_found_;
    Statement nearest_;
    Statement newest_numbers_;
    Statement oldest_numbers_;
    Statement count_;
    Statement number_;
    Statement one_;
    Statement raw_;
    Statement first_;
    Statement last_;
    Statement last_ever_;
    Statement oldest_;
    Statement remove_;
    std::string feed_id_;
    SystemTime created_at_;
};

}  // namespace fedmsgbot
