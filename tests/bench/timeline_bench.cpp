// Every kind of view of the timeline over a full store. Prints a table; asserts nothing about time. The number of
// messages may be given; a million is what the timeline keeps by default.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/live_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Clock = std::chrono::steady_clock;

namespace {

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Few names are frequent and many are rare, as on the bus.
class Bus {
public:
    std::size_t rank(std::size_t most) {
        const auto drawn = std::pow(1.0 - uniform_(random_), -1.0 / 0.7) - 1.0;
        return static_cast<std::size_t>(std::min(drawn, static_cast<double>(most - 1)));
    }
    std::string word() { return fmt::format("word{}", random_() % 20000); }

private:
    std::mt19937 random_{1};
    std::uniform_real_distribution<double> uniform_{0.0, 1.0};
};

void fill(TimelineStore& store, std::size_t count) {
    constexpr std::size_t batch = 2000;
    constexpr std::chrono::seconds seconds_apart(3);  // a million are 35 days: all that the numbers look at
    const auto now = std::chrono::system_clock::now();
    Bus bus;
    for (std::size_t done = 0; done < count; done += batch) {
        std::vector<std::shared_ptr<const Message>> messages;
        std::vector<std::shared_ptr<const Line>> lines;
        std::vector<TimelineArrival> arrivals;
        for (std::size_t i = done; i < done + batch; ++i) {
            const auto service = fmt::format("service{}", bus.rank(30));
            messages.push_back(message_of(fmt::format(
                R"({{"topic":"org.fedoraproject.prod.{}.thing.verb{}","msg_id":"bench-{}","msg":{{"x":"{}"}}}})",
                service, bus.rank(10), i, std::string(300, 'x'))));
            const auto user = fmt::format("user{}", bus.rank(3000));
            auto line = full_line(
                fmt::format("{} commented on bodhi update {} {} {}", user, bus.word(), bus.word(), bus.word()),
                service);
            line->agent = user;
            line->usernames = {user};
            line->packages = {fmt::format("package{}", bus.rank(20000))};
            lines.push_back(std::move(line));
            arrivals.push_back({*messages.back(), *lines.back(), now - (count - i) * seconds_apart});
        }
        store.insert(arrivals);
    }
}

// What a reader waits for, and what it costs the processor: on a busy machine the two differ.
struct Times {
    std::vector<double> wall, processor;
    bool is_cut = false;  // the search stopped when its time was over, or the body came in pieces

    static double at(std::vector<double> times, double share) {
        std::sort(times.begin(), times.end());
        return times[std::min(times.size() - 1, static_cast<std::size_t>(static_cast<double>(times.size()) * share))];
    }
};

double processor_milliseconds() { return std::chrono::duration<double, std::milli>(WorkTime::now()).count(); }

// The first one is of a site that has not been asked this before.
Times measure(Site& site, const std::string& target, int repetitions) {
    Times times;
    const PageRequest request{target};
    for (int i = 0; i < repetitions; ++i) {
        const auto begin = Clock::now();
        const auto processor = processor_milliseconds();
        const auto answer = site.answer(request);
        times.processor.push_back(processor_milliseconds() - processor);
        times.wall.push_back(milliseconds_since(begin));
        if (i == 0) times.is_cut = answer.pieces || answer.body.find("Search on in older ones") != std::string::npos;
        if (i == 0 && answer.status != 200) fmt::print("{}: {}\n", target, answer.status);
    }
    return times;
}

std::vector<std::string> targets(std::int64_t messages) {
    const auto middle = messages / 2;
    return {"/",
            fmt::format("/?before={}", middle),
            fmt::format("/?after={}", middle),
            fmt::format("/m/{}", middle),
            fmt::format("/raw/{}", middle),
            "/?category=service0",
            "/?category=nowhere",
            "/?package=package15000",
            "/?package=package1&user=user1",
            "/?package=package500&user=user2000",
            "/?category=service0&package=package15000",
            "/?user=user0&package=package0&category=service29",
            "/?topic=service3.%23",
            "/?topic=*.prod.%23",
            "/?topic=%23.verb7",
            "/?topic=nothing.%23",
            "/?not_category=service0",
            "/?not_package=package15000",
            "/?not_topic=service0.%23&not_user=user0",
            "/?contains=word77",
            "/?contains=commented",
            "/?contains=neverseen",
            "/?contains=word77+word78",
            "/?contains=%22commented%22&user=user5",
            fmt::format("/?contains=commented&before={}", middle),
            "/?category=service0&category=service1&not_user=user0",
            "/?delta=864000&category=service2",
            "/?category=service0&not_contains=commented",
            "/?not_contains=commented",
            "/?contains=update-commented",
            "/?contains=update-commented&contains=on-commented&contains=bodhi-on&not_user=user1&not_user=user2",
            "/feed.atom",
            "/feed.atom?category=service0",
            "/feed.rss?contains=word77",
            "/feed.json?not_contains=commented",
            "/events?since=1&contains=update-commented",
            "/raw?rows_per_page=100",
            "/raw?category=service0",
            "/raw?contains=update-commented",
            "/v2/search?package=package15000",
            "/v2/search?category=service0&order=asc&page=1000",
            "/v2/search?not_category=service1&page=20000",
            "/id?id=bench-77",
            "/v2/id?id=nowhere",
            "/stats",
            "/stats?days=35",
            "/stats.json?days=35",
            "/topics"};
}

}  // namespace

// timeline_bench [MESSAGES [FILE]]: a file that is there is measured as it is, one that is not is filled and stays.
int main(int count, char** words) {
    const std::size_t messages = count > 1 ? std::stoul(words[1]) : 1'000'000;
    const TempFolder folder;
    const TimelineSettings settings;
    TimelineStore store(count > 2 ? std::filesystem::path(words[2]) : folder / "timeline.sqlite");
    if (store.span().last == 0) {
        const auto start = Clock::now();
        const auto processor = processor_milliseconds();
        fill(store, messages);
        fmt::print("store {} messages, batches of 2000: {:.0f} a second, {:.0f} a second of the processor's\n",
                   messages, static_cast<double>(messages) / milliseconds_since(start) * 1000,
                   static_cast<double>(messages) / (processor_milliseconds() - processor) * 1000);
    }
    Site site(settings, store);
    const auto stored = store.span().last;
    fmt::print("{} messages; milliseconds until an answer's first byte can leave, of the clock and of the processor\n",
               stored);
    fmt::print("{:<100} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}\n", "", "first", "p50", "p99", "first", "p50", "p99");
    double worst = 0;
    for (const auto& target : targets(stored)) {
        const auto times = measure(site, target, 50);
        worst = std::max(worst, Times::at(times.processor, 0.99));
        fmt::print("{:<100} {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f}{}\n", target, times.wall.front(),
                   Times::at(times.wall, 0.5), Times::at(times.wall, 0.99), times.processor.front(),
                   Times::at(times.processor, 0.5), Times::at(times.processor, 0.99), times.is_cut ? "  cut" : "");
    }
    fmt::print("the worst p99 of the processor's: {:.1f} ms\n", worst);
}
