#include "bot/flow/outbox.h"

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <stdexcept>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include "tests/support/posts.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// Answers as the test tells it; remembers which entries it was given, in order.
class FakeBridge : public Bridge {
public:
    using Answer = std::function<Outcome(const Post&)>;

    FakeBridge(asio::io_context& loop, Answer answer, std::size_t limit = 8)
        : loop_(loop), answer_(std::move(answer)), limit_(limit) {}

    asio::awaitable<void> run() override { co_return; }

    asio::awaitable<Outcomes> deliver(const Batch& batch) override {
        co_await asio::post(loop_, asio::use_awaitable);
        Outcomes outcomes;
        for (const auto* given : batch) {
            entries[given->share.target()].push_back(given->share.entry());
            auto outcome = answer_(*given);
            if (outcome.kind() == Outcome::Kind::delivered)
                delivered[given->share.target()].push_back(given->share.entry());
            outcomes.push_back(std::move(outcome));
        }
        co_return outcomes;
    }

    std::size_t batch_limit() const override { return limit_; }

    std::map<std::string, std::vector<Entry>> entries, delivered;

private:
    asio::io_context& loop_;
    Answer answer_;
    std::size_t limit_;
};

// A journal of entries 1 to n for every target, as the outbox sees it.
class FakeBacklog : public Backlog {
public:
    FakeBacklog(FakeReceipts& book, Entry last) : book_(book), last_(last) {}

    Page read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) override {
        most_bytes_asked = std::max(most_bytes_asked, most_bytes);
        ++reads;
        Page page;
        std::size_t bytes = 0;
        Entry entry = after + 1;
        for (; entry <= last_ && page.posts.size() < limit && bytes < most_bytes; ++entry) {
            if (book_.settled.contains({target, entry})) continue;
            page.posts.push_back(post(book_, entry, target));
            bytes += page.posts.back().message->bytes().size();
        }
        page.is_last = entry > last_;
        return page;
    }
    Entry add() { return ++last_; }

    std::size_t most_bytes_asked = 0, reads = 0;

private:
    FakeReceipts& book_;
    Entry last_;
};

struct World {
    explicit World(Entry in_journal = 0) : backlog(book, in_journal) {}

    // Runs until it holds, at most ten seconds; then ends the outbox.
    void serve(Outbox& outbox, const std::function<bool()>& done) {
        asio::cancellation_signal stop;
        bool is_ended = false;
        asio::co_spawn(loop, outbox.run(), asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr thrown) {
                           is_ended = true;
                           error = thrown;
                       }));
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!done() && !is_ended && std::chrono::steady_clock::now() < end) loop.run_one_for(50ms);
        if (!is_ended) stop.emit(asio::cancellation_type::all);
        while (!is_ended && loop.run_one_for(1s) > 0) {
        }
        REQUIRE(is_ended);
        loop.poll();
    }

    std::size_t settled_as(Settlement settlement) const {
        std::size_t count = 0;
        for (const auto& [key, value] : book.settled) count += value == settlement;
        return count;
    }

    asio::io_context loop;
    FakeReceipts book;
    FakeBacklog backlog;
    Pacer pacer{1, 0ms};
    std::exception_ptr error;
};

std::vector<Entry> first(Entry n) {
    std::vector<Entry> entries;
    for (Entry entry = 1; entry <= n; ++entry) entries.push_back(entry);
    return entries;
}

OutboxSettings quick() {
    OutboxSettings settings;
    settings.retry_least = 1ms;
    settings.retry_most = 4ms;
    return settings;
}

}  // namespace

TEST_CASE("an outbox begins with what the journal still owes, then takes what is offered, in order") {
    World world(20);
    FakeBridge bridge(world.loop, [](const Post&) { return Outcome::delivered(); });
    world.pacer = Pacer(8, 0ms);
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b/#x"}, quick());
    bool offered = false;
    world.serve(outbox, [&] {
        if (world.book.settled.size() == 20 && !offered) {
            offered = true;
            for (int i = 0; i < 5; ++i) outbox.offer(post(world.book, world.backlog.add(), "b/#x"));
        }
        return world.book.settled.size() == 25;
    });
    CHECK(bridge.delivered["b/#x"] == first(25));
    CHECK(outbox.counters().delivered == 25);
}

TEST_CASE("a post that the lane read from the backlog is not taken a second time") {
    World world(3);
    FakeBridge bridge(world.loop, [](const Post&) { return Outcome::delivered(); });
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, quick());
    world.serve(outbox, [&] { return world.book.settled.size() == 3; });
    outbox.offer(post(world.book, 2, "b"));
    CHECK(outbox.queued() == 0);
    CHECK(bridge.entries["b"] == first(3));
}

TEST_CASE("an outbox keeps order while retrying") {
    World world(30);
    int calls = 0;
    FakeBridge bridge(
        world.loop, [&](const Post&) { return ++calls % 3 == 0 ? Outcome::retry("busy") : Outcome::delivered(); }, 1);
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, quick());
    world.serve(outbox, [&] { return world.book.settled.size() == 30; });
    CHECK(bridge.delivered["b"] == first(30));
    CHECK(outbox.counters().retries > 0);
}

TEST_CASE("a post that is refused is settled, counted, and followed by the next") {
    World world(3);
    FakeBridge bridge(world.loop, [](const Post& given) {
        return given.share.entry() == 2 ? Outcome::rejected("too rude") : Outcome::delivered();
    });
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, quick());
    world.serve(outbox, [&] { return world.book.settled.size() == 3; });
    CHECK(world.book.settled.at({"b", 2}) == Settlement::rejected);
    CHECK(outbox.counters().rejected == 1);
    CHECK(outbox.counters().delivered == 2);
}

TEST_CASE("a target that never answers holds up no other") {
    World world(200);
    FakeBridge bridge(world.loop, [](const Post& given) {
        return given.share.target() == "b/#dead" ? Outcome::retry("banned", 1h) : Outcome::delivered();
    });
    auto settings = quick();
    settings.max_posts = 20;
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b/#dead", "b/#well"}, settings);
    world.serve(outbox, [&] { return bridge.delivered["b/#well"].size() == 200; });
    CHECK(bridge.delivered["b/#well"] == first(200));
    CHECK(world.book.settled.size() == 200);
    CHECK(outbox.queued() <= 20);
}

TEST_CASE("a bridge that answers without waiting keeps the loop from nobody") {
    struct Instant : Bridge {
        asio::awaitable<void> run() override { co_return; }
        asio::awaitable<Outcomes> deliver(const Batch& batch) override {
            co_return Outcomes(batch.size(), Outcome::delivered());
        }
        std::size_t batch_limit() const override { return 4; }
    } bridge;
    World world(4000);
    Outbox outbox(world.loop.get_executor(), "timeline", bridge, world.pacer, world.backlog, {"timeline"}, quick());
    std::uint64_t seen = 0;
    // Has its turn in the middle of the backlog, not after it.
    asio::steady_timer other(world.loop, 1ms);
    other.async_wait([&](boost::system::error_code) { seen = outbox.counters().delivered; });
    world.serve(outbox, [&] { return world.book.settlements == 4000; });
    CHECK(world.book.settlements == 4000);
    CHECK(seen > 0);
    CHECK(seen < 4000);
}

TEST_CASE("a bridge that answers retry at once does not make an outbox spin") {
    World world(1);
    int attempts = 0;
    FakeBridge bridge(world.loop, [&](const Post&) {
        return ++attempts < 5 ? Outcome::retry("not connected", 0ms) : Outcome::delivered();
    });
    Outbox outbox(world.loop.get_executor(), "irc", bridge, world.pacer, world.backlog, {"a"}, quick());
    const auto start = std::chrono::steady_clock::now();
    world.serve(outbox, [&] { return world.book.settlements == 1; });
    CHECK(attempts == 5);
    CHECK(std::chrono::steady_clock::now() - start >= 3 * 20ms);
}

TEST_CASE("posts older than max_age expire, are counted, and are not delivered") {
    World world;
    FakeBridge bridge(world.loop, [](const Post&) { return Outcome::delivered(); });
    auto settings = quick();
    settings.max_age = 1min;
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, settings);
    bool offered = false;
    world.serve(outbox, [&] {
        if (!std::exchange(offered, true)) return false;
        if (world.book.settled.empty() && outbox.queued() == 0) {
            outbox.offer(post(world.book, 1, "b", {}, std::chrono::system_clock::now() - 2min));
            outbox.offer(post(world.book, 2, "b"));
        }
        return world.book.settled.size() == 2;
    });
    CHECK(world.settled_as(Settlement::expired) == 1);
    CHECK(bridge.entries["b"] == std::vector<Entry>{2});
    CHECK(outbox.counters().expired == 1);
}

TEST_CASE("what does not fit stays in the journal and is read when there is room") {
    World world;
    FakeBridge bridge(
        world.loop, [](const Post&) { return Outcome::delivered(); }, 1);
    auto settings = quick();
    settings.max_posts = 10;
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, settings);
    std::size_t most_queued = 0;
    bool offered = false;
    world.serve(outbox, [&] {
        if (!offered && outbox.queued() == 0) {
            offered = true;
            for (int i = 0; i < 1000; ++i) outbox.offer(post(world.book, world.backlog.add(), "b"));
        }
        most_queued = std::max(most_queued, outbox.queued());
        return world.book.settled.size() == 1000;
    });
    CHECK(bridge.delivered["b"] == first(1000));
    CHECK(most_queued <= 10);
}

TEST_CASE("the pacer is obeyed over all lanes") {
    World world(100);
    world.pacer = Pacer(4, 1h);
    FakeBridge bridge(
        world.loop, [](const Post&) { return Outcome::delivered(); }, 1);
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b/#x", "b/#y"}, quick());
    const auto end = std::chrono::steady_clock::now() + 100ms;
    world.serve(outbox, [&] { return std::chrono::steady_clock::now() > end; });
    CHECK(bridge.entries["b/#x"].size() + bridge.entries["b/#y"].size() == 4);
    CHECK(bridge.entries["b/#x"].size() == 2);
}

TEST_CASE("a bridge that throws ends the outbox, and the posts stay owed") {
    World world(2);
    FakeBridge bridge(world.loop, [](const Post&) -> Outcome { throw std::runtime_error("disk"); });
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b"}, quick());
    world.serve(outbox, [] { return false; });
    REQUIRE(world.error);
    CHECK_THROWS_WITH(std::rethrow_exception(world.error), "disk");
    CHECK(world.book.settlements == 0);
}

TEST_CASE("with random answers nothing is lost and nothing is delivered twice") {
    const auto seed = GENERATE(1u, 2u, 3u, 4u);
    World world;
    std::minstd_rand random(seed);
    FakeBridge bridge(world.loop, [&](const Post&) {
        const auto dice = random() % 10;
        return dice == 0 ? Outcome::retry("again", 0ms) : dice == 1 ? Outcome::rejected("no") : Outcome::delivered();
    });
    auto settings = quick();
    settings.max_posts = 50;
    Outbox outbox(world.loop.get_executor(), "b", bridge, world.pacer, world.backlog, {"b/1", "b/2", "b/3"}, settings);
    Entry last = 0;
    world.serve(outbox, [&] {
        for (auto count = random() % 40; count > 0 && last < 3000; --count) {
            last = world.backlog.add();
            for (const auto* target : {"b/1", "b/2", "b/3"}) outbox.offer(post(world.book, last, target));
        }
        return world.book.settled.size() == 9000;
    });
    CHECK(world.book.settled.size() == 9000);
    CHECK(world.book.settlements == 9000);
    for (const auto* target : {"b/1", "b/2", "b/3"}) {
        auto& delivered = bridge.delivered[target];
        CHECK(std::set<Entry>(delivered.begin(), delivered.end()).size() == delivered.size());
    }
}
