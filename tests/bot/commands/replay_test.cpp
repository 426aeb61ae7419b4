#include "bot/commands/replay.h"

#include <csignal>
#include <future>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/publisher.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace std::chrono_literals;
using fedmsgbot::testing::BusPublisher;
using fedmsgbot::testing::BusSubscriber;
using fedmsgbot::testing::fedmsg;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

struct Replaying {
    explicit Replaying(std::string_view text, double rate = 0, bool is_loop = false) {
        write_file(folder / "messages.jsonl", text);
        options.file = folder / "messages.jsonl";
        options.bind = "tcp://127.0.0.1:" + std::to_string(fedmsgbot::testing::free_port());
        options.rate = rate;
        options.is_loop = is_loop;
        status_ = std::async(std::launch::async, [this] { return replay(options); });
    }
    ~Replaying() {
        if (status_.valid()) status();
    }

    bool has_ended() const { return status_.wait_for(0s) == std::future_status::ready; }

    // Its exit status; -1 where it does not end by itself and has to be told to.
    int status() {
        const bool ends = status_.wait_for(30s) == std::future_status::ready;
        if (!ends) ::kill(::getpid(), SIGTERM);
        const int status = status_.get();
        return ends ? status : -1;
    }

    TempFolder folder;
    ReplayOptions options;

private:
    std::future<int> status_;
};

std::string lines(int count) {
    std::string text;
    for (int i = 1; i <= count; ++i) text += fedmsg("org.fedoraproject.prod.git.receive", i) + "\n";
    return text;
}

}  // namespace

TEST_CASE("a file is replayed as it stands, and all of it is sent before the end") {
    Replaying replaying(lines(20'000));
    BusSubscriber subscriber(replaying.options.bind);
    for (int i = 1; i <= 20'000; ++i) {
        const auto frames = subscriber.receive();
        REQUIRE(frames);
        REQUIRE(frames->size() == 2);
        CHECK(frames->front() == "org.fedoraproject.prod.git.receive");
        REQUIRE(frames->back() == fedmsg("org.fedoraproject.prod.git.receive", i));
    }
    CHECK(replaying.status() == 0);
}

TEST_CASE("a bad line is skipped and makes the status 1") {
    Replaying replaying("no JSON\n" + lines(2) + "[1]\n\n{\"msg\":{}}\n" + lines(1));
    BusSubscriber subscriber(replaying.options.bind);
    for (int n = 0; n < 3; ++n) CHECK(subscriber.receive());
    CHECK(replaying.status() == 1);
    CHECK_FALSE(subscriber.receive(50ms));
}

TEST_CASE("a rate spreads the messages") {
    Replaying replaying(lines(21), 100);
    BusSubscriber subscriber(replaying.options.bind);
    REQUIRE(subscriber.receive());
    const auto start = std::chrono::steady_clock::now();
    for (int n = 1; n < 21; ++n) REQUIRE(subscriber.receive());
    // Twenty messages at a hundred a second; the first may be late, the last never early.
    CHECK(std::chrono::steady_clock::now() - start > 150ms);
    CHECK(replaying.status() == 0);
}

TEST_CASE("a loop goes on until a signal ends it") {
    Replaying replaying(lines(3), 0, true);
    {
        BusSubscriber subscriber(replaying.options.bind);
        for (int n = 0; n < 1000; ++n) REQUIRE(subscriber.receive());
    }
    const auto signal = GENERATE(SIGTERM, SIGINT);
    ::kill(::getpid(), signal);
    CHECK(replaying.status() == 0);
}

TEST_CASE("a loop over nothing ends") {
    Replaying replaying("no JSON\n", 0, true);
    BusSubscriber subscriber(replaying.options.bind);
    REQUIRE(fedmsgbot::testing::eventually([&] {
        CHECK_FALSE(subscriber.receive(10ms));  // also connects
        return replaying.has_ended();
    }));
    CHECK(replaying.status() == 1);
}

TEST_CASE("what cannot be replayed at all is said by the status") {
    const TempFolder folder;
    ReplayOptions options;
    options.file = folder / "absent";
    options.bind = "tcp://127.0.0.1:*";
    CHECK(replay(options) == 2);

    const BusPublisher taken;
    write_file(folder / "messages.jsonl", lines(1));
    options.file = folder / "messages.jsonl";
    options.bind = taken.endpoint();
    CHECK(replay(options) == 1);
}
