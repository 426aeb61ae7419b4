#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "bridges/irc/conversation.h"

namespace fedmsgbot::testing {

using Lines = std::vector<std::string>;

// A conversation in a world where time passes only when the test says so.
struct Talk {
    explicit Talk(std::vector<std::string> names = {"#test"}) : Talk(IrcSettings{}, std::move(names)) {}
    Talk(IrcSettings given, std::vector<std::string> names) : settings(std::move(given)) {
        if (settings.nick.empty()) settings.nick = "bot";
        settings.server = "irc.example";
        settings.username = settings.realname = "fedmsgbot";
        for (auto& name : names) channels.emplace_back(name, settings.timings);
        conversation.emplace("net", settings, channels, pacer, now);
    }

    // What it writes, each line without its end.
    std::vector<std::string> written() {
        std::vector<std::string> lines;
        for (auto output = conversation->take_output(100000); !output.empty();
             output = conversation->take_output(100000)) {
            for (std::size_t at = 0; at < output.size();) {
                const auto end = output.find("\r\n", at);
                REQUIRE(end != std::string::npos);
                lines.push_back(output.substr(at, end - at));
                at = end + 2;
            }
        }
        return lines;
    }
    void hear(const std::string& line) { conversation->hear(line, now); }
    void pass(std::chrono::milliseconds time) {
        // As the session does: never later than it asked for.
        const auto end = now + time;
        while (now < end) {
            now = std::min(end, conversation->tick(now));
            if (conversation->ending()) return;
        }
        conversation->tick(now);
    }
    void welcome() {
        hear(":irc.example 001 bot :Welcome");
        conversation->tick(now);
        written();
    }
    void join(const std::string& channel = "#test") {
        hear(":bot!user@host.example JOIN " + channel);
        written();
    }
    // Time passes on a link that lives.
    void pass_alive(std::chrono::milliseconds time) {
        for (const auto end = now + time; now < end && !conversation->ending();) {
            hear(":irc.example NOTICE bot :still here");
            pass(std::min<std::chrono::milliseconds>(std::chrono::seconds(1),
                                                     std::chrono::ceil<std::chrono::milliseconds>(end - now)));
        }
    }
    Channel& channel() { return channels.front(); }

    IrcSettings settings;
    Conversation::Channels channels;
    Pacer pacer{5, std::chrono::seconds(2)};
    Conversation::TimePoint now = Conversation::TimePoint{} + std::chrono::hours(1);
    std::optional<Conversation> conversation;
};

inline std::size_t count_of(const Lines& lines, const std::string& line) {
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
}

}  // namespace fedmsgbot::testing
