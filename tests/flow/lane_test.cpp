#include "bot/flow/lane.h"

#include <catch2/catch.hpp>

#include "tests/support/posts.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

// Every message is `large` bytes and a little; counts what was asked for.
class LargeBacklog : public Backlog {
public:
    explicit LargeBacklog(FakeReceipts& book) : book_(book) {}

    Page read(const std::string& target, Entry after, std::size_t limit, std::size_t most_bytes) override {
        ++reads;
        Page page{{}, false};
        std::size_t bytes = 0;
        for (Entry entry = after + 1; page.posts.size() < limit && bytes < most_bytes; ++entry) {
            page.posts.emplace_back(message(fmt::format("id-{}", entry), std::string(large, 'x')), line("text"), "",
                                    std::chrono::system_clock::now(), Share(book_, entry, target));
            bytes += page.posts.back().message->bytes().size();
            ++posts_read;
        }
        return page;
    }

    static constexpr std::size_t large = 1000;
    std::size_t reads = 0, posts_read = 0;

private:
    FakeReceipts& book_;
};

// Owes entries 1 to `last`, each accepted at the same time; shortens what it is asked to, and remembers how.
class ShortBacklog : public Backlog {
public:
    ShortBacklog(FakeReceipts& book, Entry last_entry) : last(last_entry), book_(book) {}

    Page read(const std::string& target, Entry after, std::size_t limit, std::size_t) override {
        Page page;
        for (Entry entry = after + 1; entry <= last && page.posts.size() < limit; ++entry)
            page.posts.push_back(post(book_, entry, target));
        page.is_last = page.posts.empty() || page.posts.back().share.entry() == last;
        return page;
    }
    bool shorten(const std::string&, Entry after, std::size_t room, std::optional<SystemTime> too_old) override {
        asked.push_back({after, room, too_old});
        if (parts_left > 0) return --parts_left, false;
        last = std::min(last, after + room);
        return true;
    }

    struct Asked {
        Entry after;
        std::size_t room;
        std::optional<SystemTime> too_old;
    };
    std::vector<Asked> asked;
    Entry last;
    int parts_left = 0;

private:
    FakeReceipts& book_;
};

void deliver(Lane& lane, std::size_t count) {
    for (auto& one : lane.take(count)) lane.settled(std::move(one), Settlement::delivered);
}

std::vector<Entry> entries(const std::vector<Post>& posts) {
    std::vector<Entry> all;
    for (const auto& one : posts) all.push_back(one.share.entry());
    return all;
}

// A lane of so many, which says its oldest as it is, and has read once from a backlog of 100.
struct KeepingLane {
    explicit KeepingLane(std::size_t window) {
        lane.set_window(window);
        lane.keep_first(1);
        lane.refill(backlog);
    }

    FakeReceipts book{};
    ShortBacklog backlog{book, 100};
    Lane lane{"net/#a", 100, 1 << 20};
};

}  // namespace

TEST_CASE("a lane's window bounds what it takes, and what it reads is made to fit first") {
    FakeReceipts book;
    ShortBacklog backlog(book, 500);
    Lane lane("b", 1000, 1 << 20);
    lane.set_window(8);
    lane.refill(backlog);
    REQUIRE(backlog.asked.size() == 1);
    CHECK(backlog.asked.front().after == 0);
    CHECK(backlog.asked.front().room == 8);
    CHECK_FALSE(backlog.asked.front().too_old);
    CHECK(lane.waiting() == 8);
    // It has caught up: what comes is taken up to the window, the rest is left owed.
    for (Entry entry = 9; entry <= 20; ++entry) lane.offer(post(book, entry, "b"));
    CHECK(lane.waiting() == 8);
    CHECK_FALSE(lane.is_empty());
    CHECK(book.settlements == 0);
}

TEST_CASE("a lane reads on when half of its window is free, into what room there is") {
    FakeReceipts book;
    ShortBacklog backlog(book, 8);
    Lane lane("b", 1000, 1 << 20);
    lane.set_window(8);
    lane.refill(backlog);
    lane.offer(post(book, 9, "b"));  // no room
    backlog.last = 100;
    deliver(lane, 3);
    lane.refill(backlog);
    CHECK(backlog.asked.size() == 1);
    auto next = lane.take(1);
    lane.refill(backlog);  // one is under way: it counts
    CHECK(backlog.asked.size() == 1);
    lane.settled(std::move(next.front()), Settlement::delivered);
    lane.refill(backlog);
    REQUIRE(backlog.asked.size() == 2);
    CHECK(backlog.asked.back().after == 8);
    CHECK(backlog.asked.back().room == 4);
    CHECK(entries(lane.take(100)) == std::vector<Entry>{5, 6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("the oldest post, which may have left already, is never told in other words") {
    KeepingLane kept(2);
    auto& backlog = kept.backlog;
    auto& lane = kept.lane;
    REQUIRE(backlog.asked.size() == 1);
    CHECK(backlog.asked.front().after == 1);
    CHECK(backlog.asked.front().room == 1);
    CHECK(entries(lane.take(2)) == std::vector<Entry>{1, 2});
}

TEST_CASE("a post of which nobody knows whether it left is said as it is again when the lane was rewound") {
    KeepingLane kept(4);
    auto& backlog = kept.backlog;
    auto& lane = kept.lane;
    deliver(lane, 1);
    lane.put_back(lane.take(1));
    lane.rewind();
    backlog.last = 100;
    lane.refill(backlog);
    REQUIRE(backlog.asked.size() == 2);
    CHECK(backlog.asked.back().after == 2);
    CHECK(backlog.asked.back().room == 3);
    CHECK(entries(lane.take(100)) == std::vector<Entry>{2, 3, 4, 5});
}

TEST_CASE("a post that comes back after the lane was rewound is the oldest that is kept") {
    KeepingLane kept(4);
    auto& backlog = kept.backlog;
    auto& lane = kept.lane;
    auto under_way = lane.take(1);
    lane.rewind();
    lane.put_back(std::move(under_way));
    backlog.last = 100;
    lane.refill(backlog);
    CHECK(backlog.asked.back().after == 1);
    CHECK(entries(lane.take(100)) == std::vector<Entry>{1, 2, 3, 4});
}

TEST_CASE("the oldest post is kept as it is only within the lane's bound, and not where it is told as expired") {
    FakeReceipts book;
    ShortBacklog backlog(book, 100);
    Lane small("net/#a", 2, 1 << 20);
    small.set_window(8);
    small.keep_first(3);
    small.refill(backlog);
    CHECK(entries(small.take(100)) == std::vector<Entry>{1, 2});
    backlog.asked.clear();
    Lane late("net/#a", 100, 1 << 20);
    late.set_window(8);
    late.keep_first(1);
    late.refill(backlog, std::chrono::system_clock::now() + std::chrono::hours(2), std::chrono::hours(1));
    REQUIRE(backlog.asked.size() == 1);
    CHECK(backlog.asked.front().after == 0);
    CHECK(backlog.asked.front().room == 8);
}

TEST_CASE("a lane reads nothing while its backlog is still being shortened") {
    FakeReceipts book;
    ShortBacklog backlog(book, 500);
    backlog.parts_left = 2;
    Lane lane("b", 1000, 1 << 20);
    lane.set_window(8);
    lane.refill(backlog);
    lane.refill(backlog);
    CHECK(lane.waiting() == 0);
    CHECK_FALSE(lane.is_empty());
    lane.refill(backlog);
    CHECK(lane.waiting() == 8);
}

TEST_CASE("a window that shrinks drops nothing, and reads on only below its half") {
    FakeReceipts book;
    ShortBacklog backlog(book, 100);
    Lane lane("b", 1000, 1 << 20);
    lane.set_window(10);
    lane.refill(backlog);
    lane.offer(post(book, 101, "b"));
    lane.set_window(2);
    lane.refill(backlog);
    CHECK(lane.waiting() == 10);
    deliver(lane, 9);
    lane.refill(backlog);
    CHECK(backlog.asked.back().room == 1);
}

TEST_CASE("without a window nothing is shortened, but for what is too old where it is told") {
    FakeReceipts book;
    ShortBacklog backlog(book, 50);
    Lane lane("b", 1000, 1 << 20);
    lane.refill(backlog);
    CHECK(backlog.asked.empty());
    CHECK(lane.waiting() == 50);
    Lane telling("b", 1000, 1 << 20);
    const auto now = std::chrono::system_clock::now();
    telling.refill(backlog, now, std::chrono::minutes(1));
    REQUIRE(backlog.asked.size() == 1);
    CHECK(backlog.asked.front().too_old == now - std::chrono::minutes(1));
}

TEST_CASE("a lane that rewinds reads again what it let go, from the first that waits") {
    FakeReceipts book;
    ShortBacklog backlog(book, 6);
    Lane lane("b", 1000, 1 << 20);
    lane.refill(backlog);
    auto posts = lane.take(2);
    lane.rewind();
    CHECK(lane.waiting() == 0);
    CHECK(lane.queued() == 2);
    CHECK(book.settlements == 0);
    lane.offer(post(book, 7, "b"));  // behind: it is in the journal too
    CHECK(lane.waiting() == 0);
    backlog.last = 7;
    lane.refill(backlog);
    CHECK(lane.waiting() == 5);
    lane.put_back(std::move(posts));
    CHECK(entries(lane.take(100)) == std::vector<Entry>{1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("a lane that is full by bytes reads nothing more, however few its posts are") {
    FakeReceipts book;
    LargeBacklog backlog(book);
    Lane lane("b", 1000, 10 * LargeBacklog::large);
    lane.refill(backlog);
    CHECK(lane.queued() <= 10);
    CHECK(lane.queued() >= 9);
    CHECK(backlog.posts_read <= lane.queued() + 1);
    const auto reads = backlog.reads;
    for (int turn = 0; turn < 100; ++turn) lane.refill(backlog);
    CHECK(backlog.reads == reads);
}

TEST_CASE("an empty page that is not the last does not end a lane's reading") {
    class Gappy : public Backlog {
    public:
        explicit Gappy(FakeReceipts& book) : book_(book) {}
        Page read(const std::string& target, Entry, std::size_t, std::size_t) override {
            Page page{{}, ++reads == 3};
            if (reads == 3) page.posts.push_back(post(book_, 7, target));
            return page;
        }
        int reads = 0;

    private:
        FakeReceipts& book_;
    };
    FakeReceipts book;
    Gappy backlog(book);
    Lane lane("b", 10, 1 << 20);
    lane.refill(backlog);
    CHECK(backlog.reads == 3);
    CHECK(lane.queued() == 1);
}

TEST_CASE("what an archive gave is as old as it was when it was sent, wherever it stands in the queue") {
    FakeReceipts book;
    Lane lane("b", 10, 1 << 20);
    class Nothing : public Backlog {
        Page read(const std::string&, Entry, std::size_t, std::size_t) override { return {}; }
    } nothing;
    lane.refill(nothing);
    const auto now = std::chrono::system_clock::now();
    const auto sent = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() - 3600;
    const auto offer = [&](Entry entry, bool is_late) {
        auto parsed = Message::parse(fmt::format(R"({{"topic":"a.b","msg_id":"m{}","timestamp":{}}})", entry, sent));
        parsed->note_arrival({Trust::unchecked, is_late});
        lane.offer(
            Post(std::make_shared<const Message>(std::move(*parsed)), line("text"), "", now, Share(book, entry, "b")));
    };
    offer(1, false);
    offer(2, true);
    offer(3, false);
    CHECK(lane.expire(now, std::chrono::hours(2)) == 0);
    CHECK(lane.expire(now, std::chrono::minutes(30)) == 1);
    CHECK(book.settled.at({"b", 2}) == Settlement::expired);
    CHECK(lane.queued() == 2);
    CHECK(lane.waiting() == 2);
}
