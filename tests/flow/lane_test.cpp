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
