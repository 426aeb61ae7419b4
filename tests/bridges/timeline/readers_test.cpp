// A thousand readers that stay, and what they cost.
#include <fstream>

#include <sys/resource.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/raw_client.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

constexpr std::size_t readers = 1000;

// Both ends of each connection are in this process.
bool can_open(std::size_t files) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max >= files;
}

long resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word != "VmRSS:") continue;
        long kilobytes = 0;
        status >> kilobytes;
        return kilobytes;
    }
    return 0;
}

// A sanitizer remembers what was freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long factor = 20;
#else
constexpr long factor = 1;
#endif

}  // namespace

TEST_CASE("a thousand readers that stay take less than 60 MB, the tests' half of them included") {
    if (!can_open(2 * readers + 200)) {
        WARN("skipped: this system allows too few open files");
        return;
    }
    LiveTimeline timeline;
    timeline.add("before");
    timeline.deliver();
    CHECK(http_call(timeline.port(), "GET", "/").status == 200);
    const auto before = resident_kilobytes();
    std::vector<std::unique_ptr<RawClient>> all;
    for (std::size_t i = 0; i < readers; ++i) {
        all.push_back(std::make_unique<RawClient>(timeline.port()));
        all.back()->send(get(i % 10 == 0 ? fmt::format("/events?user=ralph&not_user=nobody{}", i) : "/events"));
    }
    for (auto& reader : all) reader->read_until("retry: ");
    for (int i = 0; i < 5; ++i) {
        timeline.add(fmt::format("news {}.", i));
        timeline.deliver();
    }
    for (auto& reader : all) reader->read_until("news 4.", std::chrono::minutes(2));
    const auto taken = resident_kilobytes() - before;
    INFO(taken << " kB");
    CHECK(before > 0);
    CHECK(taken < 60 * 1024 * factor);
    CHECK(http_call(timeline.port(), "GET", "/").status == 200);
}
