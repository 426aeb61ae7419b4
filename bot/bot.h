#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bot/archive/catch_up.h"
#include "bot/flow/tasks.h"
#include "bot/road.h"
#include "bot/setup.h"
#include "bot/state_lock.h"
#include "bot/summary.h"
#include "bot/trust/gate.h"
#include "bot/trust_fetcher.h"

namespace fedmsgbot {

// Wiring and supervision: makes every part of a setup, runs them on one thread, ends them in order. It decides nothing
// about messages. Ends on SIGTERM or SIGINT (a second one ends the process at once), when every source has ended and
// all is delivered, or when a part fails for good.
class Bot {
public:
    // Throws when the state folder, a source, the journal or a bridge cannot be opened: one clear line.
    // `clock`: for what limits an hour, a day or a night.
    explicit Bot(Setup setup, WallClock clock = std::chrono::system_clock::now);
    ~Bot();

    // The loop that everything runs on, for what a command adds to it (the demo's publisher) before run().
    boost::asio::io_context& loop() { return loop_; }
    Road& road() { return *road_; }

    // From now on SIGHUP reads the rules again, where there is a mistake in them, they are told and the old ones stay.
    // Else it ends the process, as when a terminal is closed.
    void reload_on_hangup();

    // Returns when the bot has ended in order; throws what made it fail.
    Summary run();

    // After run(): a part would not end, and destroying the loop could wait for it without end. A look-up of a name
    // that nobody answers is such: getaddrinfo(3) cannot be interrupted, and Asio joins its thread. What matters is
    // committed by then.
    bool has_hung_part() const { return has_hung_part_; }

    // As the first SIGTERM does.
    void stop();

private:
    struct Branch {
        std::unique_ptr<Pacer> pacer;
        std::unique_ptr<Bridge> bridge;
        std::unique_ptr<Budget> budget;  // null where there is none
        std::unique_ptr<Outbox> outbox;
        std::vector<std::string> targets;
    };

    // A source with what watches over it; the last two only where it can miss something.
    struct Intake {
        std::unique_ptr<Outages> outages;  // the source tells it
        std::unique_ptr<Source> source;
        std::unique_ptr<CatchUp> catch_up;
    };

    void open_sources();
    void open_gates();
    void renew_gate(std::size_t source);
    void open_bridges();
    void watch_over(std::size_t source);
    void answer_inquiries();
    void start();
    boost::asio::awaitable<void> announce();
    void await_signal();
    void await_hangup();
    void reload_rules();
    std::shared_ptr<const TopicEntries> topics();
    boost::asio::awaitable<void> intake(std::size_t source);
    boost::asio::awaitable<void> shut_down();
    boost::asio::awaitable<void> keep_house();
    boost::asio::awaitable<void> keep_watchdog();
    void fail(std::exception_ptr error);
    boost::asio::awaitable<void> unwind();
    Summary summary() const;
    std::vector<std::pair<std::string, std::string>> barred() const;

    Setup setup_;
    WallClock clock_;
    StateLock lock_;
    boost::asio::io_context loop_{1};
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<Road> road_;
    Inquiries inquiries_;  // the bridges' functions and ours; nobody asks when the loop stands still
    std::vector<Branch> branches_;
    std::vector<Intake> sources_;
    std::vector<Gate> gates_;                              // one behind each source
    std::vector<std::unique_ptr<TrustFetcher>> fetchers_;  // likewise; null where nothing comes from the web
    std::size_t sources_running_ = 0;
    boost::asio::signal_set signals_{loop_}, hangups_{loop_};
    std::shared_ptr<const TopicEntries> topics_;  // null until somebody asks, and after new rules
    Tasks intakes_{loop_.get_executor()}, outboxes_{loop_.get_executor()}, bridges_{loop_.get_executor()},
        chores_{loop_.get_executor()}, endings_{loop_.get_executor()};
    // Bridges that have closed tell no more.
    std::optional<std::vector<std::pair<std::string, std::string>>> barred_at_end_;
    bool stopping_ = false;
    bool is_signalled_ = false;
    bool has_hung_part_ = false;
    bool failed_ = false;
    std::exception_ptr error_;
};

}  // namespace fedmsgbot
