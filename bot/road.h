#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bot/core/log.h"
#include "bot/core/post.h"
#include "bot/digester.h"
#include "bot/flow/hold.h"
#include "bot/flow/outbox.h"
#include "bot/flow/router.h"
#include "bot/moderator.h"
#include "bot/road_counters.h"
#include "bot/store/journal.h"
#include "formatters/rulebook.h"

namespace fedmsgbot {

// The road of one message from a source to the outboxes: render, route, judge, journal, commit, offer. What a route
// condenses is journaled under its hold's name; when the window ends, the sentences are accepted as messages of our own
// and the members settled, in one transaction. What a route keeps back is journaled under its reserve's name until the
// moderator tells it.
// Commits in groups: at most one every `commit_every`, so a burst touches the disk seldom and a lone message waits for
// nothing. It is the answer book of every post's share, and the backlog of every outbox. All references must outlive
// it. One thread. Members may throw DatabaseError: the disk failed, the bot must end.
class Road : public Receipts, public Backlog {
public:
    static constexpr std::chrono::milliseconds commit_every{20};
    static constexpr std::size_t most_staged = 2000;  // posts; more are committed at once

    // Told of each line as it is made: the demo prints them.
    using Observer = std::function<void(const Message&, const Line&)>;

    // `parts`: what the routes and bridges need of a line. `clock`: for when something was accepted.
    Road(boost::asio::io_context& loop, Journal& journal, const Rulebook& rulebook, Router& router,
         LineParts parts = LineParts::all, WallClock clock = std::chrono::system_clock::now);

    // Before the first message.
    void connect(const std::string& target, Outbox& outbox);

    // After all are connected: takes up what the journal has from before. What it kept back goes on waiting for its
    // window's end; what a hold kept back that is no more is said now; what is owed to targets that are gone is given
    // up.
    void resume();
    void observe(Observer observer) { observer_ = std::move(observer); }

    // Renders, routes and journals the messages; `accepted` is called when the commit that makes them safe is done.
    void take(std::vector<Message> messages, std::function<void()> accepted);

    // The same for ready posts, rendered and routed by another bot. The id in the journal is the post's; what is
    // delivered is its message.
    void take_posts(const std::vector<Message>& records, std::function<void()> accepted);
    bool has_staged() const { return !staged_.empty(); }

    // Says all that is kept back, as if every window had ended: no more is coming.
    void release_holds();

    // Tells of what routes keep back as much as may be told by now. The road does it by itself when the time has come.
    void tend_reserves();

    // Makes durable what is open and hands the new posts to their outboxes.
    void commit();

    void settle(Entry entry, const std::string& target, Settlement settlement) override;
    Page read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) override;
    bool shorten(const std::string& target, Entry after, std::size_t room, std::optional<SystemTime> too_old) override;

    // The timeline's public URL, for the links of digests.
    void link_digests_to(std::string public_url) { digester_.set_timeline(std::move(public_url)); }

    const RoadCounters& counters() const { return counters_; }

    // Shares that were accepted, are not settled and not in the journal either. Anything but 0 is a bug, and is told.
    std::int64_t lost() const;

private:
    // Where one share of a message goes.
    struct Way {
        const Destination* to;
        std::shared_ptr<const Line> line;
        Moderator::Verdict verdict;

        const std::string& owed_as() const;  // the target's name, its hold's or its reserve's
    };

    void take_one(Message message);
    bool drop_twins(const Message& message, const std::string& twin, std::vector<std::size_t>& wanted);
    std::vector<Way> ways(const Message& message, const std::shared_ptr<const Line>& line,
                          const std::vector<std::size_t>& wanted, std::optional<std::vector<std::string>>& keys);
    void follow(const Way& way, const std::shared_ptr<const Message>& message, Entry entry, SystemTime now);
    void take_post(const Message& record);
    void stage(std::vector<Digester::Said> said);
    void expect_commit(std::function<void()> accepted);
    void arm();
    Hold& hold(const std::string& name) { return holds_.at(name); }
    void read_hold(Hold& hold);
    void release(Hold& hold);
    std::optional<Settlement> say(const Condensed& condensed, const std::vector<Hold::Held>& held,
                                  const Destination& destination);
    void release_ended();
    void arm_holds();
    void arm_reserves();
    void note_kept(const Destination& to);
    bool is_marked(const std::string& target, const Message& message, const Line& line) const;
    std::shared_ptr<const Line> shown(const std::string& target, const Message& message,
                                      std::shared_ptr<const Line> line) const;
    bool say_mark(Hold& hold, const std::shared_ptr<const Message>& message, Entry entry);
    void abandon(const std::string& target);

    boost::asio::steady_timer timer_, hold_timer_, reserve_timer_;
    Journal& journal_;
    const Rulebook& rulebook_;
    Router& router_;
    LineParts parts_;
    WallClock clock_;
    std::map<std::string, Outbox*, std::less<>> outboxes_;
    std::map<std::string, Hold> holds_;  // by their names
    log::Limiter forged_limit_, unfit_limit_;
    std::optional<Hold::TimePoint> holds_end_;     // when the timer is set for
    std::vector<Post> staged_;                     // journaled, not yet committed
    std::vector<std::function<void()>> accepted_;  // who waits for the commit
    std::chrono::steady_clock::time_point next_commit_{};
    bool armed_ = false;
    std::uint64_t owed_at_start_;
    RoadCounters counters_;
    Digester digester_{
        journal_,
        rulebook_,
        *this,
        counters_,
        [this](const auto& target, const auto& message, const auto& line) { return is_marked(target, message, line); },
        clock_};
    Moderator moderator_{journal_, digester_, router_.destinations(), clock_};
    std::optional<SystemTime> reserves_open_;  // when their timer is set for
    Observer observer_;
};

// The target as its bridge knows it: `#fedora-fedmsg` of `libera/#fedora-fedmsg`, nothing of `timeline`.
std::string target_address(std::string_view target);
std::string target_bridge(std::string_view target);

}  // namespace fedmsgbot
