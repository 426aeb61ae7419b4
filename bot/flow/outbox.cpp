#include "bot/flow/outbox.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/core/log.h"
#include "bot/flow/tasks.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds longest_sleep{20000};

// A lane with the event that wakes whoever serves it.
struct ServedLane {
    ServedLane(const asio::any_io_executor& executor, std::string target, std::size_t max_posts, std::size_t max_bytes)
        : lane(std::move(target), max_posts, max_bytes), wake(executor) {}

    Lane lane;
    asio::steady_timer wake;
    bool is_delivering = false;
};

// Until `time` or a wake-up. Throws when the coroutine is cancelled.
asio::awaitable<void> wait(asio::steady_timer& event, Clock::time_point time) {
    event.expires_at(time);
    boost::system::error_code woken;
    co_await event.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

struct Outbox::State {
    State(asio::any_io_executor on, std::string its_name, Bridge& to, Pacer& pace, Backlog& from,
          OutboxSettings its_settings)
        : executor(on),
          name(std::move(its_name)),
          bridge(to),
          pacer(pace),
          backlog(from),
          settings(its_settings),
          changed(on) {}

    asio::awaitable<void> serve(ServedLane& served);
    asio::awaitable<void> wait_for_turn(ServedLane& served);
    asio::awaitable<void> deliver(ServedLane& served);
    void conclude(Lane& lane, std::vector<Post> posts, const Outcomes& outcomes);
    void expire(Lane& lane);
    std::size_t window();
    bool is_out_of_budget() { return budget && !budget->is_open(); }
    asio::awaitable<void> wait_for_budget(ServedLane& served);
    void report_retry(Lane& lane, const Post& post, const Outcome& outcome, std::size_t held);
    bool is_at_rest();

    asio::any_io_executor executor;
    std::string name;
    Bridge& bridge;
    Pacer& pacer;
    Backlog& backlog;
    OutboxSettings settings;
    Budget* budget = nullptr;  // or null: as many as may be
    std::vector<std::unique_ptr<ServedLane>> lanes;
    std::map<std::string, ServedLane*, std::less<>> by_target;
    std::deque<ServedLane*> turns;  // who waits for the pacer, first come first served
    asio::steady_timer changed;     // woken when a lane may have come to rest
    bool is_closed = false;         // no new batch starts
    std::minstd_rand random{std::random_device{}()};
};

Outbox::Outbox(asio::any_io_executor executor, std::string name, Bridge& bridge, Pacer& pacer, Backlog& backlog,
               std::vector<std::string> targets, OutboxSettings settings)
    : state_(std::make_unique<State>(executor, std::move(name), bridge, pacer, backlog, settings)) {
    const auto part = std::max<std::size_t>(1, targets.size());
    for (auto& target : targets) {
        auto& served = state_->lanes.emplace_back(
            std::make_unique<ServedLane>(executor, target, settings.max_posts / part, settings.max_bytes / part));
        // One that takes several at a time says some of them again after a crash in any case.
        if (bridge.batch_limit() == 1) served->lane.keep_first(1);
        state_->by_target.emplace(std::move(target), served.get());
    }
}

Outbox::~Outbox() = default;

void Outbox::keep_to(Budget& budget) { state_->budget = &budget; }

void Outbox::offer(Post post) {
    auto& served = *state_->by_target.at(post.share.target());
    served.lane.set_window(state_->window());
    served.lane.offer(std::move(post));
    served.wake.cancel();
}

asio::awaitable<void> Outbox::run() {
    Tasks tasks(state_->executor);
    std::exception_ptr error;
    asio::steady_timer ended(state_->executor, Clock::time_point::max());
    for (auto& served : state_->lanes)
        tasks.spawn(state_->serve(*served), [&](std::exception_ptr thrown) {
            if (thrown && !error) error = thrown;
            ended.cancel();
        });
    boost::system::error_code ignored;
    co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    // The lanes must have ended before what they stand on goes, also when this coroutine is the one that is cancelled.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    tasks.cancel();
    co_await tasks.join(std::chrono::hours(1));
    if (error) std::rethrow_exception(error);
}

asio::awaitable<void> Outbox::State::serve(ServedLane& served) {
    auto& lane = served.lane;
    for (;;) {
        expire(lane);
        if (is_out_of_budget()) {
            co_await wait_for_budget(served);
            continue;
        }
        lane.set_window(window());
        lane.refill(backlog, settings.clock(), settings.tells_expired ? settings.max_age : Lane::Duration(0));
        if (!settings.tells_expired) expire(lane);
        if (lane.waiting() == 0 || is_closed) {
            changed.cancel();
            // Behind, and all that was read has expired: reads on, but lets others have their turn.
            if (lane.waiting() == 0 && !lane.is_empty())
                co_await asio::post(executor, asio::use_awaitable);
            else
                co_await wait(served.wake, Clock::time_point::max());
        } else if (Clock::now() < lane.not_before()) {
            co_await wait(served.wake, lane.not_before());
        } else {
            co_await wait_for_turn(served);
            expire(lane);  // the turn may have been long in coming
            if (!is_closed) co_await deliver(served);
        }
    }
}

asio::awaitable<void> Outbox::State::wait_for_turn(ServedLane& served) {
    turns.push_back(&served);
    while (!is_closed && (turns.front() != &served || pacer.available(Clock::now()) == 0))
        co_await wait(served.wake, turns.front() == &served ? pacer.earliest(Clock::now()) : Clock::time_point::max());
    turns.erase(std::find(turns.begin(), turns.end(), &served));
    if (!turns.empty()) turns.front()->wake.cancel();
}

// What waits is better told in few lines later than line by line: it is read again when the budget opens. The clock of
// people may be set, so it is looked at now and then.
asio::awaitable<void> Outbox::State::wait_for_budget(ServedLane& served) {
    served.lane.rewind();
    changed.cancel();
    const auto opens_in = std::chrono::ceil<std::chrono::milliseconds>(budget->opens_in());
    co_await wait(served.wake, Clock::now() + std::min(opens_in, longest_sleep));
}

asio::awaitable<void> Outbox::State::deliver(ServedLane& served) {
    auto& lane = served.lane;
    const auto now = Clock::now();
    // After a failure at least two, the second on credit: whether a refusal is about one post is shown by another.
    const int allowed = std::max(pacer.available(now), lane.is_failing() ? 2 : 0);
    auto count = std::min({bridge.batch_limit(), static_cast<std::size_t>(allowed), lane.waiting()});
    if (budget) count = std::min(count, budget->is_open() ? budget->available() : 0);
    if (count == 0) co_return;
    pacer.spend(now, static_cast<int>(count));
    const auto spent_at = budget ? budget->spend(count) : SystemTime{};
    auto posts = lane.take(count);
    Bridge::Batch batch;
    for (const auto& post : posts) batch.push_back(&post);
    served.is_delivering = true;
    std::exception_ptr error;
    Outcomes outcomes;
    try {
        outcomes = co_await bridge.deliver(batch);
    } catch (...) {
        error = std::current_exception();
    }
    served.is_delivering = false;
    if (error) {
        lane.put_back(std::move(posts));
        std::rethrow_exception(error);
    }
    if (budget)
        budget->take_back(spent_at, static_cast<std::size_t>(
                                        std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
                                            return outcome.kind() != Outcome::Kind::delivered;
                                        })));
    conclude(lane, std::move(posts), outcomes);
    changed.cancel();
    // The timeline answers without waiting: its backlog must not keep the loop from everybody else.
    co_await asio::post(executor, asio::use_awaitable);
}

void Outbox::State::conclude(Lane& lane, std::vector<Post> posts, const Outcomes& outcomes) {
    std::vector<Post> again;
    const Outcome* first_retry = nullptr;
    for (std::size_t i = 0; i < posts.size(); ++i) {
        const auto& outcome = outcomes.at(i);
        auto& post = posts[i];
        switch (outcome.kind()) {
            case Outcome::Kind::delivered:
                ++lane.counters.delivered;
                lane.settled(std::move(post), Settlement::delivered);
                break;
            case Outcome::Kind::rejected:
                ++lane.counters.rejected;
                log::warn("post.rejected", {{"target", lane.target()},
                                            {"id", post.message->id()},
                                            {"topic", post.message->topic()},
                                            {"why", outcome.why()}});
                lane.settled(std::move(post), Settlement::rejected);
                break;
            case Outcome::Kind::retry:
                ++lane.counters.retries;
                if (!first_retry) report_retry(lane, post, *(first_retry = &outcome), posts.size());
                again.push_back(std::move(post));
                break;
        }
    }
    if (again.size() < posts.size()) lane.succeed();  // some got through: the target is there
    if (!first_retry) return;
    lane.put_back(std::move(again));
    lane.fail(Clock::now(), first_retry->after(), settings.retry_least, settings.retry_most, random);
}

void Outbox::State::report_retry(Lane& lane, const Post& post, const Outcome& outcome, std::size_t held) {
    if (outcome.is_told()) return;
    std::uint64_t not_logged = 0;
    if (!lane.log_limit.admits(not_logged)) return;
    log::warn("post.retry", {{"target", lane.target()},
                             {"id", post.message->id()},
                             {"why", outcome.why()},
                             {"batch", held},
                             {"not_logged", not_logged}});
}

void Outbox::State::expire(Lane& lane) {
    if (settings.tells_expired) {
        if (lane.has_expired(settings.clock(), settings.max_age)) lane.rewind();
        return;
    }
    if (const auto count = lane.expire(settings.clock(), settings.max_age); count > 0)
        log::warn("post.expired", {{"target", lane.target()}, {"posts", count}, {"why", "older than max_age"}});
}

// How many lines may wait in one lane: those that have something to say share the pace, and a server that complained
// has made it slower.
std::size_t Outbox::State::window() {
    if (settings.most_waiting == 0 && !budget) return 0;
    const auto busy = static_cast<std::size_t>(std::max<std::ptrdiff_t>(
        1, std::count_if(lanes.begin(), lanes.end(), [](const auto& one) { return one->lane.queued() > 0; })));
    const auto shares = busy * static_cast<std::size_t>(pacer.slowness(Clock::now()));
    const auto by_pace =
        settings.most_waiting == 0 ? settings.max_posts : std::max<std::size_t>(2, settings.most_waiting / shares);
    // At least two: the oldest may have been under way when we were killed, and must not be in a digest, too.
    return budget ? std::min(by_pace, std::max<std::size_t>(2, budget->available() / 2 / busy)) : by_pace;
}

bool Outbox::State::is_at_rest() {
    const bool all_wait = is_out_of_budget();
    return std::all_of(lanes.begin(), lanes.end(), [all_wait](const auto& served) {
        return !served->is_delivering && (all_wait || served->lane.is_empty() || served->lane.is_failing());
    });
}

asio::awaitable<void> Outbox::drain(std::chrono::milliseconds grace) {
    const auto end = Clock::now() + grace;
    while (!state_->is_at_rest() && Clock::now() < end) co_await wait(state_->changed, end);
    state_->is_closed = true;
    for (auto& served : state_->lanes) served->wake.cancel();
}

std::size_t Outbox::queued() const {
    std::size_t sum = 0;
    for (const auto& served : state_->lanes) sum += served->lane.queued();
    return sum;
}

OutboxCounters Outbox::counters() const {
    OutboxCounters sum;
    for (const auto& served : state_->lanes) {
        const auto& one = served->lane.counters;
        sum.delivered += one.delivered;
        sum.rejected += one.rejected;
        sum.expired += one.expired;
        sum.retries += one.retries;
    }
    return sum;
}

OutboxCounters Outbox::counters(const std::string& target) const { return state_->by_target.at(target)->lane.counters; }

}  // namespace fedmsgbot
