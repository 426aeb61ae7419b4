// What is no longer kept goes in small steps, and its room goes back to the file system.
#include <fstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

std::int64_t insert(TimelineStore& store, int first, int last, SystemTime accepted_at) {
    std::vector<std::shared_ptr<const Message>> messages;
    std::vector<std::shared_ptr<const Line>> lines;
    std::vector<TimelineArrival> arrivals;
    for (int i = first; i <= last; ++i) {
        messages.push_back(message_of(fmt::format(R"({{"topic":"a.b.c.git.push","msg_id":"id-{}","msg":{{"x":"{}"}}}})",
                                                  i, std::string(3000, 'x'))));
        lines.push_back(full_line(fmt::format("text {}", i)));
        arrivals.push_back({*messages.back(), *lines.back(), accepted_at});
    }
    return static_cast<std::int64_t>(store.insert(arrivals));
}

std::int64_t size_of_file(const std::filesystem::path& path) {
    Database(path, 3, "").execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return static_cast<std::int64_t>(std::filesystem::file_size(path));
}

}  // namespace

TEST_CASE("the file is kept below its size, the newest stay, and what was removed is given back") {
    TempFolder folder;
    const auto path = folder / "timeline.sqlite";
    TimelineStore store(path);
    insert(store, 1, 6000, at_second(1385298000));
    const auto full = size_of_file(path);
    TimelineStore::Keep keep;
    keep.bytes = full / 3;
    int steps = 0;
    while (store.tidy(keep, at_second(1385298000)) > 0 || store.has_room_to_give_back()) REQUIRE(++steps < 1000);
    CHECK(steps > 4);
    CHECK(store.span().last == 6000);
    CHECK(store.span().first > 3000);
    CHECK(store.span().first < 5000);
    CHECK(size_of_file(path) < *keep.bytes + TimelineStore::spare_bytes + (1 << 20));
    CHECK(store.older_than(1LL << 40U, 10000).size() == static_cast<std::size_t>(6001 - store.span().first));
    CHECK(store.tidy(keep, at_second(1385298000)) == 0);
}

TEST_CASE("a running timeline lets what is too old go without any message coming, and says so of its address") {
    TimelineSettings settings;
    settings.keep.age = 24h;
    LiveTimeline timeline(settings, {}, [](const std::filesystem::path& folder) {
        TimelineStore store(folder / "timeline.sqlite");
        insert(store, 1, 700, std::chrono::system_clock::now() - 25h);
        insert(store, 701, 705, std::chrono::system_clock::now());
    });
    CHECK(eventually([&timeline] { return http_call(timeline.port(), "GET", "/m/700").status == 410; }));
    const auto gone = http_call(timeline.port(), "GET", "/m/1");
    CHECK(gone.status == 410);
    CHECK(gone.body.find("keeps messages for a limited time") != std::string::npos);
    CHECK(http_call(timeline.port(), "GET", "/raw/1").status == 410);
    CHECK(http_call(timeline.port(), "GET", "/m/701").status == 200);
    CHECK(http_call(timeline.port(), "GET", "/m/706").status == 404);
}
