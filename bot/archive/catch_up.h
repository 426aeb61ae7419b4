#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bot/archive/archive_client.h"
#include "bot/archive/catch_up_settings.h"
#include "bot/source/outages.h"
#include "bot/store/journal.h"

namespace fedmsgbot {

struct CatchUpCounters {
    std::uint64_t outages = 0;     // times in which the source did not hear
    std::uint64_t late = 0;        // messages that an archive gave
    std::uint64_t failures = 0;    // questions that it did not answer
    std::uint64_t unfetched = 0;   // gaps that stay: no archive, too old, too many messages
    std::uint64_t unreadable = 0;  // rows that are no messages
};

// Closes the gaps of one source: it knows from the journal when the source last heard, is told of its outages, and asks
// the archive for what was on the bus meanwhile, page by page, at a bounded rate, while the source goes on. What it
// gets goes the way of every message, marked as late; the duplicate check knows what was heard already. How far it
// is, is durable with what it took: killed, it goes on where it was. Whatever an archive answers, its memory and
// the number of its requests stay bounded. Without an archive a gap is told, and stays.
// One thread. The journal must outlive it.
class CatchUp {
public:
    using Wants = std::function<bool(std::string_view topic)>;
    // Takes messages; `accepted` is called when they are safe.
    using Take = std::function<void(std::vector<Message>, std::function<void()> accepted)>;

    static constexpr std::size_t most_gaps = 16;

    CatchUp(boost::asio::any_io_executor executor, std::string source, CatchUpSettings settings, ArchiveShape shape,
            Journal& journal, Wants wants, Take take);

    // Once, before the source is heard. `keeps`: what came while we were away still comes by the source itself.
    void start(bool keeps, SystemTime now);
    void note(const Outage& outage, SystemTime now);
    // The source hears, but for a link that is down since then.
    void hear(SystemTime now, std::optional<SystemTime> down_since);

    boost::asio::awaitable<void> run();  // until it is cancelled

    const CatchUpCounters& counters() const { return counters_; }

private:
    void open(SystemTime from, SystemTime to, std::string_view why, SystemTime now);
    bool extend(SystemTime from, SystemTime to, SystemTime now);
    std::size_t rows_of(const Gap& gap) const;
    boost::asio::awaitable<void> step();
    boost::asio::awaitable<void> take(ArchivePage page, std::size_t rows);
    void shrink(std::size_t rows);
    void keep(Gap& gap);
    void close(std::string_view why, bool is_whole);
    std::chrono::milliseconds back_off(std::chrono::seconds at_least);
    boost::asio::awaitable<void> rest(std::chrono::milliseconds duration);

    std::string source_;
    CatchUpSettings settings_;
    Journal& journal_;
    Wants wants_;
    Take take_;
    ArchiveClient client_;
    std::vector<Gap> gaps_;            // the first is being closed
    std::optional<SystemTime> noted_;  // when the last gap was opened; until it is asked about
    SystemTime heard_{};
    bool had_heard_ = false;  // in an earlier run
    std::size_t most_rows_;
    unsigned failures_ = 0, skipped_ = 0;  // in a row
    CatchUpCounters counters_;
    std::minstd_rand random_{std::random_device{}()};
    std::shared_ptr<boost::asio::steady_timer> bell_;  // its cancelling wakes run(); shared for the commit's handlers
};

}  // namespace fedmsgbot
