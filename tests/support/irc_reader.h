#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fedmsgbot::testing {

// A person in a channel: an independent client built on libircclient, which shares no code with the bridge. Lives in a
// thread of its own; every function may be called from the test's.
class IrcReader {
public:
    struct Seen {
        std::string nick;
        std::string text;
        std::chrono::steady_clock::time_point at;
        bool is_notice;
    };
    struct Options {
        std::string nick = "reader";
        std::string password{};
    };

    // Joined when it returns; the first in a channel is its operator. Throws when that takes over 20 s.
    IrcReader(std::uint16_t port, std::string channel);
    IrcReader(std::uint16_t port, std::string channel, Options options);
    ~IrcReader();

    // The server has gone, and all that it had sent was read.
    bool wait_for_end(std::chrono::milliseconds most = std::chrono::seconds(20)) const;

    // What was said in the channel so far, in order.
    std::vector<Seen> lines() const;
    std::vector<std::string> texts() const;
    bool wait_for(std::size_t count, std::chrono::milliseconds most = std::chrono::seconds(30)) const;

    // NOTICEs to the reader itself, of people and of the server.
    std::vector<Seen> answers() const;
    bool wait_for_answer(const std::string& part, std::chrono::milliseconds most = std::chrono::seconds(30)) const;

    // Nicks of others whose coming into the channel was seen.
    std::vector<std::string> joins() const;
    bool wait_for_join(const std::string& nick, std::chrono::milliseconds most = std::chrono::seconds(20)) const;

    std::size_t ctcp_count() const;  // CTCP requests and replies that reached us, by whatever way

    // Sends a line of IRC as it is: `MODE #channel +m`, `KICK #channel bot`. The server has obeyed when it returns.
    void command(const std::string& line);

    struct State;  // for libircclient's callbacks

private:
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
