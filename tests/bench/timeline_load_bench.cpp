// The timeline under load: one that writes as fast as it can, many that listen, some that read pages, searches and
// feeds, all at once and over real connections. Prints what each of them got. The seconds may be given.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include <fmt/format.h>

#include "tests/bridges/timeline/live_timeline.h"
#include "tests/bridges/timeline/raw_client.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t listeners = 200;
constexpr std::size_t page_readers = 4;
constexpr int before = 100'000;  // messages, so that searches have something to walk through
constexpr int batch = 256;       // as the road delivers them

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::shared_ptr<const Message> numbered(int i) {
    return message_of(fmt::format(R"({{"topic":"org.x.prod.service{}.verb{}","msg_id":"load-{}","msg":{{"x":"{}"}}}})",
                                  i % 7, i % 5, i, std::string(300, 'x')));
}

std::shared_ptr<Line> line_of(int i) {
    auto line =
        full_line(fmt::format("user{} commented on word{}", i % 300, i % 20000), fmt::format("service{}", i % 7));
    line->usernames = {fmt::format("user{}", i % 300)};
    line->packages = {fmt::format("package{}", i % 5000)};
    return line;
}

int write(LiveTimeline& timeline, int from, int count) {
    for (int i = from; i < from + count; ++i) timeline.add(numbered(i), line_of(i), std::chrono::system_clock::now());
    timeline.deliver();
    return from + count;
}

// What a page reader saw, in milliseconds.
std::vector<double> read_pages(std::uint16_t port, std::size_t who, const std::atomic<bool>& is_over) {
    const std::vector<std::string> targets = {"/",
                                              "/?category=service3",
                                              "/?contains=commented&user=user17",
                                              "/?category=service1&not_contains=commented",
                                              "/feed.atom?package=package77",
                                              "/raw?category=service2",
                                              "/m/500",
                                              "/stats.json"};
    std::vector<double> times;
    RawClient client(port);
    for (std::size_t i = who; !is_over; ++i) {
        const auto start = Clock::now();
        client.send(get(targets[i % targets.size()], "Accept-Encoding: gzip\r\n"));
        const auto answer = client.read_until("\r\n\r\n");
        times.push_back(seconds_since(start) * 1000);
        if (!answer.starts_with("HTTP/1.1 200")) fmt::print("{}\n", answer.substr(0, 60));
        client.put_back(answer);
        if (answer.find("Transfer-Encoding") != std::string::npos)
            client.read_until("\r\n0\r\n\r\n");
        else
            client.read_answer();
    }
    return times;
}

double share(std::vector<double>& times, double part) {
    if (times.empty()) return 0;
    std::sort(times.begin(), times.end());
    return times[std::min(times.size() - 1, static_cast<std::size_t>(static_cast<double>(times.size()) * part))];
}

long resident_megabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word != "VmRSS:") continue;
        long kilobytes = 0;
        status >> kilobytes;
        return kilobytes / 1024;
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const double seconds = count > 1 ? std::stod(words[1]) : 10;
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    LiveTimeline timeline;
    int written = 0;
    while (written < before) written = write(timeline, written, batch);
    auto start = Clock::now();
    const int alone_from = written;
    while (seconds_since(start) < seconds / 4) written = write(timeline, written, batch);
    fmt::print("writing alone: {:.0f} messages/s\n", (written - alone_from) / seconds_since(start));

    const auto memory = resident_megabytes();
    std::vector<std::unique_ptr<RawClient>> streams;
    for (std::size_t i = 0; i < listeners; ++i) {
        streams.push_back(std::make_unique<RawClient>(timeline.port()));
        streams.back()->send(get(i % 2 == 0 ? "/events" : fmt::format("/events?category=service{}", i % 7)));
        streams.back()->read_until("retry: ");
    }
    std::atomic<bool> is_over = false;
    std::atomic<std::size_t> heard = 0;
    std::thread listening([&] {
        while (!is_over)
            for (auto& stream : streams) heard += stream->drain();
    });
    std::vector<std::vector<double>> times(page_readers);
    std::vector<std::thread> reading;
    for (std::size_t i = 0; i < page_readers; ++i)
        reading.emplace_back([&, i] { times[i] = read_pages(timeline.port(), i, is_over); });
    start = Clock::now();
    const int from = written;
    while (seconds_since(start) < seconds) written = write(timeline, written, batch);
    const auto taken = seconds_since(start);
    is_over = true;
    listening.join();
    for (auto& thread : reading) thread.join();
    std::vector<double> all;
    for (const auto& one : times) all.insert(all.end(), one.begin(), one.end());
    fmt::print("writing beside {} listeners and {} page readers: {:.0f} messages/s\n", listeners, page_readers,
               (written - from) / taken);
    fmt::print("listeners heard {:.1f} MB/s; the process grew by {} MB\n", static_cast<double>(heard) / taken / 1e6,
               resident_megabytes() - memory);
    fmt::print("pages: {:.0f} a second, first byte p50 {:.1f} ms, p99 {:.1f} ms\n",
               static_cast<double>(all.size()) / taken, share(all, 0.5), share(all, 0.99));
}
