#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/asio.hpp>

#include "bot/flow/tasks.h"
#include "bot/road.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

inline Router router_to(std::string target, CondenseSettings condense = {}, std::optional<Demand> trust = {}) {
    RouteSettings route;
    route.trust = trust;
    route.name = "all";
    route.condense = condense;
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

// Delivers everything and remembers what.
class AllBridge : public Bridge {
public:
    boost::asio::awaitable<void> run() override { co_return; }
    boost::asio::awaitable<Outcomes> deliver(const Batch& batch) override {
        Outcomes outcomes;
        for (const auto* post : batch) {
            texts.push_back(post->line->text);
            ids.push_back(post->message->id());
            outcomes.push_back(Outcome::delivered());
        }
        co_return outcomes;
    }
    std::size_t batch_limit() const override { return 10; }

    std::vector<std::string> texts, ids;
};

// A road to one target, on the journal of a folder, that runs for as long as it is asked to.
class Journey {
public:
    Journey(const TempFolder& folder, CondenseSettings condense, std::optional<Demand> trust = {})
        : journal(folder / "journal.sqlite"), router_(router_to("t", condense, trust)) {
        road.connect("t", outbox_);
        road.resume();
        tasks_.spawn(outbox_.run(), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        });
    }
    ~Journey() {
        tasks_.cancel();
        run(std::chrono::milliseconds(20));
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

private:
    boost::asio::io_context loop_;
    Result<Rulebook> rulebook_ = Rulebook::load({});
    Pacer pacer_{100, Pacer::Duration(0)};

public:
    AllBridge bridge;
    Journal journal;

private:
    Router router_;

public:
    Road road{loop_, journal, *rulebook_, router_};

private:
    Outbox outbox_{loop_.get_executor(), "t", bridge, pacer_, road, {"t"}, {}};
    Tasks tasks_{loop_.get_executor()};
};

}  // namespace fedmsgbot::testing
