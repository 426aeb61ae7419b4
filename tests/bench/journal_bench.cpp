// The journal alone: accepting in batches, settling, a backlog of a million, opening with it. Prints a table; asserts
// nothing about time.
#include "bot/store/journal.h"

#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "tests/support/world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t batch = 2000;
const std::vector<std::string> targets{"irc/#a", "timeline"};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void row(std::string_view what, double value, std::string_view unit) {
    fmt::print("{:<62} {:>12.1f} {}\n", what, value, unit);
}

double resident_megabytes() {
    long pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return static_cast<double>(resident) * 4096 / (1 << 20);
}

// Ids are spread as UUIDs are.
std::vector<Message> make_messages(std::size_t first, std::size_t count, std::size_t bytes) {
    std::vector<Message> messages;
    for (auto i = first; i < first + count; ++i)
        messages.push_back(
            Message::parse(
                fmt::format(R"({{"topic":"org.x.prod.git.receive","msg_id":"{:016x}-bench-{:08x}","msg":"{}"}})",
                            i * 0x9e3779b97f4a7c15, i, std::string(bytes, 'x')))
                .value());
    return messages;
}

double accept(Journal& journal, std::size_t first, std::size_t count, std::size_t bytes) {
    double seconds = 0;
    for (std::size_t done = 0; done < count; done += batch) {
        const auto messages = make_messages(first + done, batch, bytes);
        const auto start = Clock::now();
        for (const auto& message : messages) journal.accept(message, targets, std::chrono::system_clock::now());
        journal.commit();
        seconds += seconds_since(start);
    }
    return static_cast<double>(count) / seconds;
}

double settle(Journal& journal, std::size_t count) {
    const auto start = Clock::now();
    for (const auto& target : targets) {
        Entry cursor = 0;
        for (std::size_t done = 0; done < count; done += batch) {
            for (const auto& owed : journal.owed(target, cursor, batch).messages) {
                cursor = owed.entry;
                journal.settle(cursor, target, Settlement::delivered);
            }
            journal.commit();
        }
    }
    return static_cast<double>(count) / seconds_since(start);
}

}  // namespace

int main() {
    const TempFolder folder;
    {
        Journal journal(folder / "small.sqlite");
        row("accept, 1 KB, 2 targets, batches of 2000", accept(journal, 0, 200000, 1000), "messages/s");
        row("read and settle on both targets", settle(journal, 200000), "messages/s");
        row("accept with 200000 ids remembered", accept(journal, 200000, 100000, 1000), "messages/s");
        const auto start = Clock::now();
        journal.tidy();
        row("tidy", seconds_since(start) * 1000, "ms");
    }
    const auto path = folder / "large.sqlite";
    {
        Journal journal(path);
        row("accept a million, 300 bytes", accept(journal, 0, 1000000, 300), "messages/s");
        row("memory of the process with them pending", resident_megabytes(), "MB");
    }
    const auto start = Clock::now();
    Journal journal(path);
    row("open with a million pending", seconds_since(start) * 1000, "ms");
    row("first of the backlog", static_cast<double>(journal.owed(targets[0], 0, 100).messages.size()), "messages");
}
