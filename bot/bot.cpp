#include "bot/bot.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <malloc.h>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bot/about_bridge.h"
#include "bot/core/log.h"
#include "bot/journaled_budget.h"
#include "bot/service.h"

namespace fedmsgbot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// How long a part may take to say good-bye once it is cancelled.
constexpr auto farewell = 3s;
constexpr auto tidy_every = 60s;
constexpr auto settling = 10ms;

asio::awaitable<void> sleep(asio::io_context& loop, std::chrono::milliseconds duration) {
    asio::steady_timer timer(loop, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

Bot::Bot(Setup setup, WallClock clock)
    : setup_(std::move(setup)), clock_(std::move(clock)), lock_(setup_.settings.state_dir) {
    open_sources();
    open_gates();
    journal_ = std::make_unique<Journal>(setup_.settings.state_dir / "journal.sqlite");
    road_ = std::make_unique<Road>(loop_, *journal_, setup_.rulebook, setup_.router, setup_.parts(), clock_);
    road_->link_digests_to(setup_.timeline_url);
    open_bridges();
    answer_inquiries();
    for (std::size_t source = 0; source < sources_.size(); ++source) watch_over(source);
}

// First of all: their connections come up while the files are opened.
void Bot::open_sources() {
    for (const auto& plan : setup_.sources) {
        for (const auto& what : plan.ignored) log::info("source.ignored", {{"source", plan.name}, {"what", what}});
        auto& intake = sources_.emplace_back();
        if (plan.has_outages) intake.outages = std::make_unique<Outages>(std::chrono::system_clock::now());
        intake.source = plan.make(
            loop_.get_executor(), [this](std::string_view topic) { return setup_.router.may_want(topic); },
            intake.outages.get());
    }
}

void Bot::watch_over(std::size_t index) {
    const auto& plan = setup_.sources[index];
    auto& intake = sources_[index];
    if (!plan.has_outages) return;
    intake.catch_up = std::make_unique<CatchUp>(
        loop_.get_executor(), plan.name, plan.catch_up, plan.archive_shape, *journal_,
        [this, &plan](std::string_view topic) { return plan.subscribes(topic) && setup_.router.may_want(topic); },
        [this](std::vector<Message> messages, std::function<void()> accepted) {
            road_->take(std::move(messages), std::move(accepted));
        });
    intake.outages->tell([catch_up = intake.catch_up.get()](const Outage& outage) {
        catch_up->note(outage, std::chrono::system_clock::now());
    });
}

Bot::~Bot() = default;

void Bot::open_gates() {
    for (std::size_t source = 0; source < setup_.sources.size(); ++source) {
        const auto& plan = setup_.sources[source];
        const bool is_fetched = !plan.trust.ca_url.empty() || !plan.trust.crl_url.empty();
        fetchers_.push_back(is_fetched ? std::make_unique<TrustFetcher>(loop_.get_executor(), plan.name, plan.trust,
                                                                        setup_.settings.state_dir)
                                       : nullptr);
        gates_.emplace_back(plan.name, plan.trust.demand, [this](std::string_view topic, Demand demand) {
            return setup_.router.scrutiny(topic, demand);
        });
        if (plan.trust.can_verify() && (!is_fetched || fetchers_.back()->is_ready())) renew_gate(source);
    }
}

void Bot::renew_gate(std::size_t source) {
    const auto& fetcher = fetchers_[source];
    if (fetcher && !fetcher->is_ready()) return;
    auto verifier = make_verifier(fetcher ? fetcher->kept() : setup_.sources[source].trust);
    if (verifier)
        gates_[source].renew(std::move(verifier).value());
    else if (gates_[source].can_verify())
        log::error("trust.kept",
                   {{"source", setup_.sources[source].name}, {"why", describe(verifier.problems().front())}});
    else
        throw std::runtime_error(describe(verifier.problems().front()));
}

void Bot::open_bridges() {
    for (const auto& plan : setup_.bridges) {
        auto& branch = branches_.emplace_back();
        branch.targets = plan.targets;
        branch.pacer = std::make_unique<Pacer>(plan.burst, plan.every);
        const BridgeContext context{loop_.get_executor(), plan.name,     setup_.settings.state_dir,
                                    plan.addresses,       *branch.pacer, [this] { return topics(); },
                                    &inquiries_};
        branch.bridge = plan.make(context);
        auto settings = plan.outbox;
        settings.clock = clock_;
        branch.outbox = std::make_unique<Outbox>(loop_.get_executor(), plan.name, *branch.bridge, *branch.pacer, *road_,
                                                 plan.targets, std::move(settings));
        if (!plan.budget.empty()) {
            branch.budget = std::make_unique<Budget>(
                open_budget(*journal_, "bridge " + plan.name, plan.budget, clock_, [this] { road_->commit(); }));
            branch.outbox->keep_to(*branch.budget);
        }
        for (const auto& target : plan.targets) road_->connect(target, *branch.outbox);
    }
}

void Bot::answer_inquiries() {
    inquiries_.routes = [this](auto bridge, auto to) { return routes_to(setup_.settings.routes, bridge, to); };
    inquiries_.status = [this](std::string_view bridge) {
        std::string text;
        for (std::size_t i = 0; i < branches_.size(); ++i)
            if (setup_.bridges[i].name == bridge) text = status_of(*branches_[i].outbox, branches_[i].budget.get());
        return fmt::format("{}; pending in all={} lost={}", text, journal_->pending(), road_->lost());
    };
}

Summary Bot::run() {
    start();
    for (bool is_running = true; is_running;) {
        try {
            loop_.run();
            is_running = false;
        } catch (...) {
            // From a handler that belongs to no task: the commit on its timer.
            fail(std::current_exception());
        }
    }
    if (error_) std::rethrow_exception(error_);
    return summary();
}

void Bot::start() {
    road_->resume();
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    await_signal();
    const auto failing = [this](std::exception_ptr error) {
        if (error) fail(error);
    };
    for (auto& branch : branches_) {
        bridges_.spawn(branch.bridge->run(), failing);
        outboxes_.spawn(branch.outbox->run(), failing);
    }
    for (std::size_t source = 0; source < sources_.size(); ++source) {
        auto* catch_up = sources_[source].catch_up.get();
        if (!catch_up) continue;
        catch_up->start(setup_.sources[source].keeps_messages, std::chrono::system_clock::now());
        intakes_.spawn(catch_up->run(), failing);
    }
    sources_running_ = sources_.size();
    for (std::size_t source = 0; source < sources_.size(); ++source)
        intakes_.spawn(intake(source), [this, failing](std::exception_ptr error) {
            failing(error);
            if (--sources_running_ == 0 && !stopping_) stop();
        });
    for (std::size_t source = 0; source < fetchers_.size(); ++source)
        if (fetchers_[source]) chores_.spawn(fetchers_[source]->run([this, source] { renew_gate(source); }), failing);
    chores_.spawn(keep_house(), failing);
    if (service::watchdog_interval() > 0ms) chores_.spawn(keep_watchdog(), failing);
    chores_.spawn(announce(), failing);
}

asio::awaitable<void> Bot::announce() {
    // What cannot start, a port in use, says so first and ends us: then nothing has started.
    co_await sleep(loop_, settling);
    if (stopping_) co_return;
    service::ready(
        fmt::format("{} sources, {} bridges, {} rules", sources_.size(), branches_.size(), setup_.rulebook.size()));
    // Reading rules and configuration left holes that the running bot never fills.
    ::malloc_trim(0);
    log::info("bot.started",
              {{"sources", sources_.size()}, {"bridges", branches_.size()}, {"pending", journal_->pending()}});
}

void Bot::await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int number) {
        if (error) return;
        if (std::exchange(is_signalled_, true)) {
            log::warn("bot.killed",
                      {{"signal", number}, {"why", "a second signal ends at once; what is open stays in the journal"}});
            std::_Exit(128 + number);
        }
        log::info("bot.stopping", {{"signal", number}, {"grace", fmt::format("{}ms", setup_.settings.grace.count())}});
        stop();
        await_signal();
    });
}

void Bot::reload_on_hangup() {
    hangups_.add(SIGHUP);
    await_hangup();
}

void Bot::await_hangup() {
    hangups_.async_wait([this](boost::system::error_code error, int) {
        if (error) return;
        reload_rules();
        await_hangup();
    });
}

void Bot::reload_rules() {
    auto rulebook = Rulebook::load(setup_.settings.rules);
    if (!rulebook) {
        for (const auto& problem : rulebook.problems()) log::error("rules.refused", {{"why", describe(problem)}});
        log::error("rules.kept", {{"rules", setup_.rulebook.size()}, {"mistakes", rulebook.problems().size()}});
        return;
    }
    // Where the road has it: what is on its way was said already.
    setup_.rulebook = std::move(rulebook).value();
    topics_.reset();
    log::info("rules.reloaded", {{"rules", setup_.rulebook.size()}});
}

std::shared_ptr<const TopicEntries> Bot::topics() {
    if (!topics_) topics_ = std::make_shared<const TopicEntries>(setup_.rulebook.catalogue());
    return topics_;
}

asio::awaitable<void> Bot::intake(std::size_t index) {
    auto& source = *sources_[index].source;
    // The very first start has to fetch what it verifies by; until then messages wait where they are.
    while (setup_.sources[index].trust.can_verify() && !gates_[index].can_verify()) co_await sleep(loop_, 20ms);
    for (;;) {
        auto messages = co_await source.next();
        if (messages.empty()) break;
        const auto count = messages.size();
        gates_[index].pass(messages);
        auto accepted = [&source, count] { source.accepted(count); };
        if (setup_.sources[index].posts.empty())
            road_->take(std::move(messages), std::move(accepted));
        else
            road_->take_posts(messages, std::move(accepted));
        if (auto* catch_up = sources_[index].catch_up.get())
            catch_up->hear(std::chrono::system_clock::now(), sources_[index].outages->down_since());
    }
    log::info("source.ended", {{"source", setup_.sources[index].name}});
    road_->release_holds();
    // A recorded file has an end: then what it brought is delivered, however long that takes, before the bot ends.
    while (journal_->pending() > 0 || road_->has_staged()) co_await sleep(loop_, 20ms);
}

void Bot::stop() {
    if (std::exchange(stopping_, true)) return;
    service::stopping();
    endings_.spawn(shut_down(), [this](std::exception_ptr error) {
        if (error) return fail(error);
        if (!failed_) loop_.stop();
    });
}

asio::awaitable<void> Bot::shut_down() {
    intakes_.cancel();
    co_await intakes_.join(farewell);
    road_->commit();
    const auto end = std::chrono::steady_clock::now() + setup_.settings.grace;
    for (auto& branch : branches_) {
        const auto left = end - std::chrono::steady_clock::now();
        co_await branch.outbox->drain(std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(left)));
    }
    outboxes_.cancel();
    co_await outboxes_.join(farewell);
    barred_at_end_ = barred();
    bridges_.cancel();
    has_hung_part_ = !co_await bridges_.join(farewell);
    if (has_hung_part_) log::warn("bridge.slow", {{"why", "a bridge did not close in time"}});
    chores_.cancel();
    co_await chores_.join(farewell);
    road_->commit();
}

asio::awaitable<void> Bot::keep_house() {
    for (;;) {
        co_await sleep(loop_, tidy_every);
        journal_->tidy();
        const auto now = summary();
        log::info("status " + now.text());
        service::status(now.text());
    }
}

asio::awaitable<void> Bot::keep_watchdog() {
    for (;;) {
        service::alive();
        co_await sleep(loop_, service::watchdog_interval());
    }
}

void Bot::fail(std::exception_ptr error) {
    if (std::exchange(failed_, true)) return;
    error_ = error;
    stopping_ = true;
    // Every task unwinds while what it uses still lives.
    asio::co_spawn(loop_, unwind(), [this](std::exception_ptr) { loop_.stop(); });
}

asio::awaitable<void> Bot::unwind() {
    for (auto* tasks : {&endings_, &intakes_, &outboxes_, &bridges_, &chores_}) {
        tasks->cancel();
        const bool have_ended = co_await tasks->join(farewell);
        has_hung_part_ = has_hung_part_ || !have_ended;
    }
}

std::vector<std::pair<std::string, std::string>> Bot::barred() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [bridge, ask] : inquiries_.barred)
        for (auto& one : ask())
            all.emplace_back(one.address.empty() ? bridge : bridge + "/" + one.address, std::move(one.why));
    return all;
}

Summary Bot::summary() const {
    Summary summary;
    for (const auto& intake : sources_) {
        const auto counted = intake.source->counters();
        summary.sources.received += counted.received;
        summary.sources.unwanted += counted.unwanted;
        summary.sources.malformed += counted.malformed;
        summary.sources.gaps += counted.gaps;
        summary.sources.redelivered += counted.redelivered;
        if (!intake.catch_up) continue;
        const auto& late = intake.catch_up->counters();
        summary.catch_up.outages += late.outages;
        summary.catch_up.late += late.late;
        summary.catch_up.failures += late.failures;
        summary.catch_up.unfetched += late.unfetched;
        summary.catch_up.unreadable += late.unreadable;
    }
    for (const auto& gate : gates_) summary.trust.add(gate.counters());
    for (const auto& fetcher : fetchers_) summary.fetch_failures += fetcher ? fetcher->failures() : 0;
    summary.road = road_->counters();
    for (const auto& branch : branches_) {
        const auto counted = branch.outbox->counters();
        summary.outboxes.delivered += counted.delivered;
        summary.outboxes.rejected += counted.rejected;
        summary.outboxes.expired += counted.expired;
        summary.outboxes.retries += counted.retries;
        summary.complaints += branch.pacer->complaints();
        for (const auto& target : branch.targets)
            summary.delivered.emplace_back(target, branch.outbox->counters(target).delivered);
    }
    summary.barred = barred_at_end_ ? *barred_at_end_ : barred();
    summary.pending = journal_->pending();
    summary.lost = road_->lost();
    return summary;
}

}  // namespace fedmsgbot
