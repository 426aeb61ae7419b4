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
#include "bridges/timeline/timeline_search.h"
#include "bridges/timeline/timeline_slice.h"
#include "bridges/timeline/timeline_tallies.h"

namespace fedmsgbot {

// The queries that readers cause, besides those of the index. All go down the table by its primary key, so that they
// cost the same with a hundred entries and with a million; a test holds them to it.
namespace timeline_queries {
inline constexpr std::string_view older =
    "SELECT {} FROM entry WHERE id < ?1 AND id > ?2 ORDER BY id DESC LIMIT ?3 OFFSET ?4";
inline constexpr std::string_view newer =
    "SELECT {} FROM entry WHERE id < ?1 AND id > ?2 ORDER BY id ASC LIMIT ?3 OFFSET ?4";
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
        std::optional<std::int64_t> bytes;  // of the file, as far as it is in use
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

    // A stretch of the entries that the filter lets through, the nearest to its bound, the newest first. `stopped_at`:
    // the time was over, all between the bound and that number was looked at, and the search goes on behind it.
    struct Stretch {
        Entries entries;
        std::optional<std::int64_t> stopped_at;
    };
    using Bounds = TimelineSearch::Bounds;
    using Order = TimelineSearch::Order;
    // How many, and how many of those nearest to the bound are passed over first, which costs less than to read them.
    struct Cut {
        std::size_t limit = 0;
        std::size_t skipped = 0;
    };
    Stretch read(Order order, Bounds bounds, Cut cut, const TimelineFilter& filter, const WorkTime& time);

    Stretch older(std::int64_t id, std::size_t limit, const TimelineFilter& filter, const WorkTime& time) {
        return read(Order::newest_first, {0, id}, {limit}, filter, time);
    }
    Stretch newer(std::int64_t id, std::size_t limit, const TimelineFilter& filter, const WorkTime& time) {
        return read(Order::oldest_first, above(id), {limit}, filter, time);
    }
    // The newest above `id`.
    Stretch newest(std::int64_t id, std::size_t limit, const TimelineFilter& filter, const WorkTime& time) {
        return read(Order::newest_first, above(id), {limit}, filter, time);
    }

    // The same however long it takes: for filters that ask for no more than one thing.
    Entries older_than(std::int64_t id, std::size_t limit, const TimelineFilter& filter = {}) {
        return older(id, limit, filter, WorkTime::unlimited()).entries;
    }
    Entries newer_than(std::int64_t id, std::size_t limit, const TimelineFilter& filter = {}) {
        return newer(id, limit, filter, WorkTime::unlimited()).entries;
    }

    // To be counted to its end. It refers to the store.
    TimelineSlice slice(const TimelineFilter& filter, Order order, std::int64_t skipped, std::int64_t limit);

    std::optional<TimelineEntry> find(std::int64_t id);
    std::optional<std::int64_t> number_of(std::string_view message_id);
    std::optional<std::string> raw(std::int64_t id);  // the message's own bytes
    Span span();
    TimelineTallies& tallies() { return tallies_; }

    // What a reader's search may take until it shows what it found: a filter that lets next to nothing through of what
    // is frequent would have to look at all. Tests set another, so that searches break off where they want it.
    WorkTime search_time() const { return WorkTime(search_time_); }
    void set_search_time(std::chrono::microseconds most) { search_time_ = most; }

    // Permanent: made when the file was.
    const std::string& feed_id() const { return feed_id_; }  // urn:uuid:...
    SystemTime created_at() const { return created_at_; }

    // When something came or went for the last time; the start, where nothing has since.
    SystemTime changed_at() const { return changed_at_; }

    // Removes entries that are no longer kept, the oldest first, at most `most` a call; how many. Call it now and then.
    // Their room in the file is used again, and what is free beyond `spare_bytes` goes back to the file system, a piece
    // a call. A step takes some ten milliseconds.
    std::size_t tidy(const Keep& keep, SystemTime now, std::size_t most = most_tidied);
    bool has_room_to_give_back();
    static constexpr std::size_t most_tidied = 300;
    static constexpr std::int64_t spare_bytes = 4 << 20;

    // A file of an earlier format has entries that no filter finds yet. Makes at most so many of them findable, the
    // newest first; how many. Call it now and then, until it gives 0.
    std::size_t index_more(std::size_t most);
    bool is_indexed();

private:
    static Bounds above(std::int64_t id) { return {id, Bounds().below}; }
    Entries read_plain(Order order, Bounds bounds, Cut cut);
    Bounds existing(Bounds bounds);
    Bounds narrowed(Bounds bounds, const TimelineFilter& filter);
    std::int64_t first_since(std::int64_t time);
    template <class Work>
    void in_transaction(const Work& work);
    std::size_t remove_up_to(std::int64_t id);
    std::int64_t last_to_go(const Keep& keep);
    std::int64_t free_bytes();
    void read_identity();

    Database database_;
    TimelineIndex index_;
    TimelineSearch search_;
    TimelineTallies tallies_;
    Statement insert_;
    Statement older_;
    Statement newer_;
    Statement nearest_;
    Statement number_;
    Statement one_;
    Statement raw_;
    Statement first_;
    Statement last_;
    Statement last_ever_;
    Statement oldest_;
    Statement remove_;
    Statement pages_;
    Statement free_pages_;
    std::int64_t page_bytes_ = 0;  // the file's own: one of an earlier version has others
    std::string feed_id_;
    SystemTime created_at_;
    SystemTime changed_at_ = std::chrono::system_clock::now();
    std::chrono::microseconds search_time_ = std::chrono::milliseconds(8);
};

}  // namespace fedmsgbot
