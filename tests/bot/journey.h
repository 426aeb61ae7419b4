#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio.hpp>

#include "bot/flow/tasks.h"
#include "bot/journaled_budget.h"
#include "bot/road.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

inline Router router_to(std::string target, CondenseSettings condense = {}, std::optional<Demand> trust = {},
                        NoiseSettings noise = {}) {
    RouteSettings route;
    route.trust = trust;
    route.name = "all";
    route.condense = condense;
    route.noise = noise;
    route.topics.push_back(TopicPattern::parse("#").value());
    route.to.push_back(std::move(target));
    auto router = Router::make({route});
    return std::move(router).value();
}

inline Message announcement(int number) {
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"m-{}","msg":{{"message":"n{}"}}}})",
                  number, number))
            .value();
}

inline Message comment(int number, const std::string& who, const std::string& update = "tinyharp-1-1.fc41") {
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":"c-{}","msg":{{"comment":{{"author":"{}","update_title":"{}"}}}}}})",
                  number, who, update))
            .value();
}

// A clock that a test sets.
class GivenClock {
public:
    explicit GivenClock(SystemTime start) : now_(std::make_shared<SystemTime>(start)) {}
    WallClock clock() const {
        return [now = now_] { return *now; };
    }
    SystemTime now() const { return *now_; }
    void pass(std::chrono::seconds time) { *now_ += time; }

private:
    std::shared_ptr<SystemTime> now_;
};

// Delivers everything and remembers what.
class AllBridge : public Bridge {
public:
    boost::asio::awaitable<void> run() override { co_return; }
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override {
        Outcomes outcomes;
        for (const auto* post : batch) {
            if (answer) {
                outcomes.push_back(answer(*post));
                if (outcomes.back().kind() != Outcome::Kind::delivered) continue;
            } else {
                outcomes.push_back(Outcome::delivered());
            }
            texts.push_back(post->line->text);
            links.push_back(post->line->link);
            ids.push_back(post->message->id());
        }
        co_return outcomes;
    }
    std::size_t batch_limit() const override { return 10; }

    std::vector<std::string> texts, links, ids;
    std::function<Outcome(const Post&)> answer;  // none: delivered
};

// A road to one target, on the journal of a folder, that runs for as long as it is asked to.
class Journey {
public:
    struct Options {
        CondenseSettings condense{};
        std::optional<Demand> trust{};
        NoiseSettings noise{};
        std::vector<RateLimit> budget{};
        OutboxSettings outbox{};
        Pacer pacer{100, Pacer::Duration(0)};
    };

    Journey(const TempFolder& folder, CondenseSettings condense, std::optional<Demand> trust = {})
        : Journey(folder, options(condense, trust), std::chrono::system_clock::now) {}
    Journey(const TempFolder& folder, Options options, WallClock clock)
        : pacer_(options.pacer),
          journal(folder / "journal.sqlite"),
          router_(router_to("t", options.condense, options.trust, options.noise)),
          road(loop_, journal, *rulebook_, router_, LineParts::all, clock),
          budget_(open_budget(journal, "bridge t", options.budget, clock, [this] { road.commit(); })),
          outbox_(loop_.get_executor(), "t", bridge, pacer_, road, {"t"}, with_clock(options.outbox, clock)) {
        if (!options.budget.empty()) outbox_.keep_to(budget_);
        road.connect("t", outbox_);
        road.resume();
        tasks_.spawn(outbox_.run(), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        });
    }
    ~Journey() { end(); }

    // Nothing more leaves or is counted; what left is settled for good.
    void end() {
        if (std::exchange(has_ended_, true)) return;
        tasks_.cancel();
        run(std::chrono::milliseconds(20));
        road.commit();
    }

    void take(Message message) {
        std::vector<Message> messages;
        messages.push_back(std::move(message));
        road.take(std::move(messages), [] {});
    }
    void run(std::chrono::milliseconds time) {
        loop_.restart();
        loop_.run_for(time);
    }
    // Until so many posts have arrived, or for ten seconds.
    void run_until_delivered(std::size_t posts) {
        for (int rounds = 0; rounds < 1000 && bridge.texts.size() < posts; ++rounds) run(std::chrono::milliseconds(10));
        run(std::chrono::milliseconds(50));
    }
    OutboxCounters counted() const { return outbox_.counters(); }
    std::size_t queued() const { return outbox_.queued(); }
    // As a bot does that was told to end.
    void drain(std::chrono::milliseconds grace) {
        bool is_done = false;
        loop_.restart();
        boost::asio::co_spawn(loop_, outbox_.drain(grace), [&](std::exception_ptr) { is_done = true; });
        while (!is_done) loop_.run_one();
    }
    // Makes the lane look at the clock that was set.
    void wake() { outbox_.offer(Post({}, {}, "", {}, Share(road, 0, "t"))); }

private:
    static Options options(CondenseSettings condense, std::optional<Demand> trust) {
        Options options;
        options.condense = condense;
        options.trust = trust;
        return options;
    }
    static OutboxSettings with_clock(OutboxSettings settings, WallClock clock) {
        settings.clock = std::move(clock);
        return settings;
    }

    bool has_ended_ = false;
    boost::asio::io_context loop_;
    Result<Rulebook> rulebook_ = Rulebook::load({});
    Pacer pacer_;

public:
    AllBridge bridge;
    Journal journal;

private:
    Router router_;

public:
    Road road;

private:
    Budget budget_;
    Outbox outbox_;
    Tasks tasks_{loop_.get_executor()};
};

}  // namespace fedmsgbot::testing
