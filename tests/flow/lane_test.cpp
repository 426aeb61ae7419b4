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

}  // namespace

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
