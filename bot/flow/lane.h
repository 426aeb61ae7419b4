#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bot/core/log.h"
#include "bot/core/post.h"

namespace fedmsgbot {

struct OutboxCounters {
    std::uint64_t delivered = 0;
    std::uint64_t rejected = 0;
    std::uint64_t expired = 0;
    std::uint64_t retries = 0;  // attempts that will be made again
};

// Where an outbox reads what it could not hold: the committed posts that a target still owes, oldest first.
class Backlog {
public:
    virtual ~Backlog() = default;
    struct Page {
        std::vector<Post> posts;
        bool is_last = true;  // there are no more
    };

    // Posts for `target` with entries after `after`: at most `limit`, and none after their messages have come to
    // `most_bytes`. A page can be empty without being the last.
    virtual Page read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) = 0;

    // Makes what the target owes after `after` fit into `room` lines, in the journal: all of it is then told in fewer
    // lines, and what was accepted before `too_old` as expired. False where that is not done yet: call it again later.
    virtual bool shorten(const std::string& target, Entry after, std::size_t room, std::optional<SystemTime> too_old) {
        (void)target, (void)after, (void)room, (void)too_old;
        return true;
    }
};

// What max_age counts from: when a post was accepted; of a message that an archive gave, when it was sent, since it is
// as old as that.
SystemTime dates_from(const Message& message, SystemTime accepted_at);

// One target's queue in an outbox, in order of entry: a window on what the journal owes it, within a bound. Knows no
// time but what it is told, and no coroutine. One thread.
class Lane {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::milliseconds;

    Lane(std::string target, std::size_t max_posts, std::size_t max_bytes);

    const std::string& target() const { return target_; }

    // Takes the post, or lets it go, still owed, where it does not fit or was read from the backlog already.
    void offer(Post post);

    // How many posts may wait here: what comes beyond that is told in fewer lines when its turn has come. Zero: as many
    // as the lane's bound.
    void set_window(std::size_t posts) { window_ = posts; }

    // So many of the oldest are said as they are, also where the rest is told in fewer lines. They may have left when
    // the process died, or by an attempt of unknown end before the lane was rewound: of the same post a bridge can find
    // out, but in other words it would be told twice. Within the lane's bound, and not what is told as expired.
    void keep_first(std::size_t posts) { kept_first_ = posts; }

    // Reads on in the backlog while it is behind and has room for half its bound. What is older than `max_age`, where
    // that is given, is told in one line.
    void refill(Backlog& backlog, SystemTime now = {}, Duration max_age = {});

    // Lets go of all that waits, still owed, to read it again from the backlog.
    void rewind();
    bool has_expired(SystemTime now, Duration max_age) const;

    bool is_empty() const { return queue_.empty() && under_way_ == 0 && !is_behind_; }
    std::size_t queued() const { return queue_.size() + under_way_; }
    std::size_t waiting() const { return queue_.size(); }

    // Settles what is older than `max_age` as expired; how many. Zero: nothing is.
    std::size_t expire(SystemTime now, Duration max_age);

    // The oldest posts, to be delivered now; each comes back by put_back or is settled by settled.
    std::vector<Post> take(std::size_t count);
    void settled(Post post, Settlement settlement);
    void put_back(std::vector<Post> posts);  // in the order in which they were taken

    // When it may try again: now, but for a failure.
    TimePoint not_before() const { return not_before_; }
    bool is_failing() const { return failures_ > 0; }
    void fail(TimePoint now, std::optional<Duration> after, Duration least, Duration most, std::minstd_rand& random);
    void succeed() { failures_ = 0; }

    OutboxCounters counters;
    log::Limiter log_limit;

private:
    std::size_t most() const { return window_ == 0 ? max_posts_ : std::min(window_, max_posts_); }
    bool has_room_for(std::size_t bytes) const;
    void push(Post post);
    void take_first(Backlog& backlog, std::optional<SystemTime> too_old);

    std::string target_;
    std::size_t max_posts_, max_bytes_;
    std::size_t window_ = 0;
    std::deque<Post> queue_;
    std::size_t bytes_ = 0;      // of the messages in the queue and under way
    std::size_t under_way_ = 0;  // posts that were taken
    Entry cursor_ = 0;           // the last entry that came in
    bool is_behind_ = true;      // the journal holds more after the cursor
    std::size_t kept_first_ = 0;
    bool is_fresh_ = true;  // nothing was read since the start, or since it was rewound: the oldest may have left
    int failures_ = 0;      // in a row
    TimePoint not_before_{};
};

}  // namespace fedmsgbot
