// The timeline's pages, views and searches over a full store. Prints a table; asserts nothing about time. The number of
// messages may be given; a million is what the timeline keeps by default.
#include <algorithm>
#include <chrono>
#include <cmath>
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
            arrivals.push_back({*messages.back(), *lines.back(), at_second(1700000000 + static_cast<long>(i))});
        }
        store.insert(arrivals);
    }
}

}  // namespace

int main(int count, char** words) {
    const std::size_t messages = count > 1 ? std::stoul(words[1]) : 1'000'000;
    const TempFolder folder;
    const TimelineSettings settings;
    TimelineStore store(folder / "timeline.sqlite");
    const auto start = Clock::now();
    fill(store, messages);
    fmt::print("{:<62} {:>12.0f} messages/s\n", fmt::format("store {} messages, batches of 2000", messages),
               static_cast<double>(messages) / milliseconds_since(start) * 1000);
    Site site(settings, store);
    const auto middle = messages / 2;
    for (const auto& target : std::vector<std::string>{"/",
                                                       fmt::format("/?before={}", middle),
                                                       "/?category=service0",
                                                       "/?package=package15000",
                                                       "/?package=package1&user=user1",
                                                       "/?package=package500&user=user2000",
                                                       "/?topic=service3.%23",
                                                       "/?topic=*.prod.%23",
                                                       "/?not_category=service0",
                                                       "/?not_topic=service0.%23&not_user=user0",
                                                       "/?contains=word77",
                                                       "/?contains=commented",
                                                       "/?contains=word77+word78",
                                                       "/?contains=%22commented%22&user=user5",
                                                       fmt::format("/?contains=commented&before={}", middle),
                                                       "/?category=service0&category=service1&not_user=user0",
                                                       "/?start=1700000000&delta=86400&category=service2",
                                                       "/?category=service0&not_contains=commented",
                                                       "/?contains=update-commented",
                                                       "/feed.atom?category=service0",
                                                       "/raw?rows_per_page=100",
                                                       "/raw?category=service0",
                                                       "/v2/search?category=service0&order=asc&page=1000"}) {
        std::vector<double> times;
        const PageRequest request{target};
        for (int i = 0; i < 15; ++i) {
            const auto begin = Clock::now();
            const auto answer = site.answer(request);
            times.push_back(milliseconds_since(begin));
            if (answer.status != 200) fmt::print("{}: {}\n", target, answer.status);
        }
        const double first = times.front();
        std::sort(times.begin(), times.end());
        fmt::print("{:<62} {:>12.1f} ms, at first {:.1f}, at most {:.1f}\n", target, times[times.size() / 2], first,
                   times.back());
    }
}
