// The real binary on a real InspIRCd with the flood limits of its example configuration.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/support/inspircd.h"
#include "tests/support/irc_reader.h"
#include "tests/system/bot_process.h"

using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

void write_messages(const std::filesystem::path& file, int count) {
    std::string all;
    for (int number = 0; number < count; ++number)
        all += fmt::format(
            R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"2026-{}","msg":{{"message":"Number {}","link":"https://example.org/{}"}}}})"
            "\n",
            number, number, number);
    write_file(file, all);
}

std::string configuration(const TempFolder& folder, std::uint16_t port, const std::string& more) {
    return fmt::format(
        "state_dir = \"{}\"\ngrace = \"3s\"\n[source.recorded]\nkind = \"file\"\npath = \"{}\"\n"
        "[bridge.net]\nkind = \"irc\"\nserver = \"127.0.0.1\"\ntls = false\nport = {}\nnick = \"bot\"\n{}"
        "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#fedora-fedmsg\"]\n",
        (folder / "state").string(), (folder / "messages.jsonl").string(), port, more);
}

// Resident memory in KB.
long resident(Process& process) {
    std::ifstream status("/proc/" + std::to_string(process.id()) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
}

bool passed(std::chrono::milliseconds time) {
    return !eventually([] { return false; }, time);
}

}  // namespace

TEST_CASE("10,000 messages at once break no link, grow no memory, and are all accounted for") {
    const bool fakelag = GENERATE(true, false);
    const TempFolder folder;
    const Inspircd server({.fakelag = fakelag});
    const IrcReader reader(server.port(), "#fedora-fedmsg");
    write_messages(folder / "messages.jsonl", 10000);
    BotProcess bot(folder, configuration(folder, server.port(), "backlog = \"10s\"\n"));
    REQUIRE(reader.wait_for(5));  // the burst
    const auto before = resident(bot.process());
    long most = before;
    // A bot whose only source is a file ends when all of it is settled.
    REQUIRE(eventually(
        [&] {
            most = std::max(most, resident(bot.process()));
            return !bot.process().is_running();
        },
        60s));
    const auto summary = bot.stop();
    const auto log = bot.process().errors();
    INFO(summary << "\n" << log);
    CHECK(bot.status() == 0);
    CHECK(log.find("irc.disconnected") == std::string::npos);
    CHECK(log.find("irc.too_fast") == std::string::npos);
    CHECK(count_in(summary, "received") == 10000);
    CHECK(count_in(summary, "delivered") >= 5);
    // Every message is a line of its own or in a digest, and the digests are delivered too.
    const auto own = count_in(summary, "sentences") - std::max(0LL, count_in(summary, "merged"));
    CHECK(count_in(summary, "delivered") - own + count_in(summary, "digested") == 10000);
    CHECK(count_in(summary, "pending") == 0);
    CHECK(count_in(summary, "lost") == 0);
    const auto lines = reader.lines();
    CHECK(static_cast<long long>(lines.size()) == count_in(summary, "delivered"));
    // The pace is five at once, then one each two seconds. Twice the time: a busy machine is late at each turn.
    const auto turns = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(lines.size()) - 5);
    CHECK(lines.back().at - lines.front().at <= 2 * (turns * 2s + 5s));
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
    CHECK(most < before + 4096);
#endif
    std::printf("burst: %s, resident %ld KB after the first lines, at most %ld KB\n", summary.c_str(), before, most);
}

TEST_CASE("a pace that is too fast for the server is found out, and everything is said in the end") {
    const TempFolder folder;
    const Inspircd server({.fakelag = false});
    const IrcReader reader(server.port(), "#fedora-fedmsg");
    write_messages(folder / "messages.jsonl", 25);
    BotProcess bot(folder, configuration(folder, server.port(), "pace = { burst = 25, every = \"100ms\" }\n"));
    const auto is_last_said = [&] {
        const auto texts = reader.texts();
        return !texts.empty() && texts.back().find("Number 24") != std::string::npos;
    };
    REQUIRE(eventually(is_last_said, 120s));
    REQUIRE(passed(3s));  // for the answer to the last PING
    const auto summary = bot.stop();
    const auto log = bot.process().errors();
    INFO(summary);
    CHECK(log.find("irc.too_fast") != std::string::npos);
    CHECK(log.find("times_slower=2 ") != std::string::npos);
    CHECK(count_in(summary, "delivered") == 25);
    CHECK(count_in(summary, "pending") == 0);
    for (int number = 0; number < 25; ++number) {
        const auto wanted = fmt::format("Number {} ", number);
        const auto texts = reader.texts();
        CHECK(std::any_of(texts.begin(), texts.end(),
                          [&](const auto& text) { return text.find(wanted) != std::string::npos; }));
    }
}
