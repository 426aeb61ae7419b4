#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/irc_reader.h"
#include "tests/support/steady_bus.h"
#include "tests/system/bot_process.h"

namespace fedmsgbot::testing {

// The numbers of a steady bus as somebody in the channel sees them, in order, over as many visits as it takes.
class Witness {
public:
    // Leaves the channel, if in one, and joins it on this server.
    void join(std::uint16_t port, IrcReader::Options options = {}) {
        leave();
        reader_ = std::make_unique<IrcReader>(port, "#test", std::move(options));
    }
    void leave() {
        seen_ = texts();
        reader_.reset();
    }
    IrcReader& reader() { return *reader_; }

    std::vector<std::string> texts() const {
        auto all = seen_;
        if (reader_)
            for (auto& text : reader_->texts()) all.push_back(std::move(text));
        return all;
    }
    // Each number where it came first.
    std::vector<int> numbers() const {
        std::set<int> known;
        std::vector<int> all;
        const std::regex pattern("Number (\\d+)");
        for (const auto& text : texts()) {
            std::smatch found;
            if (!std::regex_search(text, found, pattern)) continue;
            const int number = std::stoi(found[1]);
            if (known.insert(number).second) all.push_back(number);
        }
        return all;
    }
    // Does so many more numbers come?
    bool sees_more(std::size_t count) const {
        const auto before = numbers().size();
        return eventually([&] { return numbers().size() >= before + count; }, std::chrono::seconds(60));
    }
    // In the order of their lines; a line with more than one number is a digest's.
    bool sees(const std::string& part) const {
        return eventually([&] {
            const auto all = texts();
            return std::any_of(all.begin(), all.end(),
                               [&](const auto& text) { return text.find(part) != std::string::npos; });
        });
    }

private:
    std::unique_ptr<IrcReader> reader_;
    std::vector<std::string> seen_;
};

// Counts how often a bot's log has told something, so that a test can wait for the next time.
class LogWatch {
public:
    LogWatch(BotProcess& bot, std::string text) : bot_(bot), text_(std::move(text)), before_(count()) {}
    bool sees_it(std::chrono::milliseconds most = std::chrono::seconds(40)) {
        return eventually([this] { return count() > before_; }, most);
    }

private:
    std::size_t count() const {
        const auto log = bot_.process().errors();
        std::size_t found = 0;
        for (auto at = log.find(text_); at != std::string::npos; at = log.find(text_, at + 1)) ++found;
        return found;
    }

    BotProcess& bot_;
    std::string text_;
    std::size_t before_;
};

// A bot that takes everything from the bus to #test, and has no time to lose; `more` is for its bridge.
inline std::string on_irc(const TempFolder& folder, const SteadyBus& bus, const std::string& server, std::uint16_t port,
                          const std::string& more) {
    return fmt::format(
        "state_dir = \"{}\"\ngrace = \"5s\"\n[source.bus]\nkind = \"zmq\"\nendpoints = [\"{}\"]\n"
        "[bridge.net]\nkind = \"irc\"\nserver = \"{}\"\nport = {}\nnick = \"bot\"\nalternates = [\"bot2\"]\n"
        "reconnect = \"100ms\"\nreconnect_max = \"300ms\"\nrejoin = \"200ms\"\n"
        "retry_barred = \"200ms\"\nretry_barred_max = \"400ms\"\n{}"
        "[[route]]\nname = \"all\"\ntopics = [\"#\"]\nto = [\"net/#test\"]\n",
        (folder / "state").string(), bus.endpoint(), server, port, more);
}

}  // namespace fedmsgbot::testing
