#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "bot/core/post.h"
#include "bot/core/wall_clock.h"
#include "bot/flow/budget.h"
#include "bot/flow/lane.h"
#include "bot/flow/pacer.h"
#include "bridges/bridge.h"

namespace fedmsgbot {

struct OutboxSettings {
    std::size_t max_posts = 1000;              // in memory, over all addresses; more stay in the journal
    std::size_t max_bytes = 16 * 1024 * 1024;  // likewise, by the size of their messages
    std::chrono::milliseconds max_age{0};      // older posts expire undelivered; zero: never
    bool tells_expired = false;                // in one line, instead of in silence
    // How many lines may wait, over all addresses: as many as leave in the time that a reader may wait. What comes
    // beyond is told in fewer lines. Zero: no such bound.
    std::size_t most_waiting = 0;
    std::chrono::milliseconds retry_least{1000};
    std::chrono::milliseconds retry_most{300000};
    WallClock clock = std::chrono::system_clock::now;  // for max_age
};

// All of time for one bridge: queues, pacing, retry with back-off and jitter, expiry. One lane a target; each lane is
// in order and has one batch under way at a time; an unwell lane holds up no other. Bounded in memory: what does not
// fit stays in the journal, unsettled, and is read again when there is room. Every post's share is settled, or left
// owed; nothing is dropped. The bridge, the pacer and the backlog must outlive it. One thread.
class Outbox {
public:
    Outbox(boost::asio::any_io_executor executor, std::string name, Bridge& bridge, Pacer& pacer, Backlog& backlog,
           std::vector<std::string> targets, OutboxSettings settings);
    ~Outbox();

    // Before run(): no more leaves than that. While it is used up, the lanes leave all in the journal; then they tell
    // it within half of what is there, the other half is for what comes now. It must outlive this.
    void keep_to(Budget& budget);

    // Takes a committed post for one of its targets; entries of a lane rise. Never waits, never fails: a post that does
    // not fit, or that the lane already read from the backlog, is let go, still owed.
    void offer(Post post);

    // Serves the lanes until cancelled. Each lane starts by reading its backlog: that is how a restart goes on.
    // Rethrows what a bridge's deliver() threw: the machine is broken.
    boost::asio::awaitable<void> run();

    // Waits until nothing is under way and each lane is empty or failing, at most `grace`. After it no new batch
    // starts.
    boost::asio::awaitable<void> drain(std::chrono::milliseconds grace);

    std::size_t queued() const;       // posts in memory
    OutboxCounters counters() const;  // over all lanes
    OutboxCounters counters(const std::string& target) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
