#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bot/core/message.h"
#include "bot/store/database.h"
#include "bridges/timeline/timeline_entry.h"

namespace fedmsgbot {

// What is counted, of each message that the timeline took. The numbers are in the file: they stay.
enum class TallyKind {
    hour = 0,     // by service, in hours
    service = 1,  // this and the rest in days
    topic = 2,
    package = 3,
    user = 4,
    outcome = 5,  // `failed` or `other`
};

// How many messages there were, when and of what: counted as they come, so that a page of numbers costs the same with a
// hundred messages and with millions, and outlives the messages. Times are those of arrival, UTC. Bounded: of a day's
// strange names only the first are counted by name, and old days are forgotten. Lives in the store's transactions;
// members may throw DatabaseError. One thread.
class TimelineTallies {
public:
    static constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS tally (
    kind INTEGER NOT NULL, bucket INTEGER NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (kind, bucket, name)
) WITHOUT ROWID;
)sql";
    // The name of all that have none of their own.
    static constexpr std::string_view others{};
    static constexpr std::int64_t most_names = 1000;  // a day and kind
    static constexpr std::int64_t days_kept = 400;    // of names: 35, of hours: 8
    static constexpr std::int64_t days_of_names_kept = 35;
    static constexpr std::int64_t days_of_hours_kept = 8;

    // The database must outlive it.
    explicit TimelineTallies(Database& database);

    // Counts in memory; write() makes it part of the transaction, forget() undoes what was not written.
    void add(const TimelineArrival& arrival);
    void write();
    void forget() noexcept { added_.clear(); }

    // Hours or days since 1970 that something arrived in, oldest first, with their numbers.
    struct Bucket {
        std::int64_t number;
        std::int64_t messages;
    };
    std::vector<Bucket> buckets(TallyKind kind, std::int64_t first, std::int64_t last);

    struct Name {
        std::string name;
        std::int64_t messages;
    };
    // The names with the most messages in these buckets, at most `most`, without `others`.
    std::vector<Name> top(TallyKind kind, std::int64_t first, std::int64_t last, std::int64_t most);

    // The same of any number of buckets, without keeping them in memory.
    std::vector<Name> sums(TallyKind kind, std::int64_t first, std::int64_t last, std::int64_t most);

    // To add up weeks of a thousand names a day takes the file long: days are kept in memory, once they were read.
    // Reads one that is not; false when all are there. Call it now and then.
    bool read_ahead(SystemTime now);

    // Forgets what is too old. Call it now and then.
    void tidy(SystemTime now);

    static std::int64_t hour_of(SystemTime time);
    static std::int64_t day_of(SystemTime time);

private:
    using Key = std::tuple<TallyKind, std::int64_t, std::string>;

    using Bucketful = std::vector<Name>;

    void count(TallyKind kind, std::int64_t bucket, std::string_view name);
    bool is_known(const Key& key);
    const Bucketful& names_in(TallyKind kind, std::int64_t bucket);

    std::map<Key, std::int64_t> added_;
    std::map<std::pair<TallyKind, std::int64_t>, Bucketful> read_;  // what is no longer true of the file is dropped
    Statement add_, known_, count_, names_, sums_, buckets_, forget_;
};

}  // namespace fedmsgbot
