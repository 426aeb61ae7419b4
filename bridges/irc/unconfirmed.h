#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/irc/channel.h"

namespace fedmsgbot {

// What became of a line that was said.
struct LineFate {
    enum class Kind { open, delivered, lost };

    Kind kind = Kind::open;
    std::string why = {};  // where it was lost
    // The loss is this line's alone: by the answer that bears its label, or by its missing echo for no other reason.
    bool is_its_own = false;
};

// The lines that were said on one connection and the PINGs behind them, until the server's answers tell what became of
// each. Pure: the caller passes the time. It holds what is under way and nothing else: a fate is forgotten when it is
// taken. The channels must outlive it. One thread.
class Unconfirmed {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Ticket = std::uint64_t;   // of a line, from 1; also its label
    using Barrier = std::uint64_t;  // of a PING, from 1

    // What shows that the server passed a line on.
    enum class Proof {
        barrier,  // the answer to a PING behind it, while nothing happened to the channel
        echo,     // its echo, which comes before that answer or never
        label,    // the echo that bears its label; else the answer that does tells why not
    };

    Ticket add(const Channel& channel, std::string_view text, Proof proof, TimePoint now);
    Barrier raise(TimePoint now);

    // What the server answered.
    void echoed(const Channel& channel, std::string_view text);
    void echoed(Ticket label);
    void refused(Ticket label, std::string why);
    void answered_without_echo(Ticket label);
    void passed(Barrier barrier);

    LineFate take(Ticket ticket);

    bool is_passed(Barrier barrier) const { return barrier <= passed_; }
    // Since when the oldest PING waits for its answer; nothing when none does.
    std::optional<TimePoint> asked_since() const;
    // Since when the oldest line waits for its fate without a PING behind it.
    std::optional<TimePoint> unasked_since() const;
    // Where all lines are that wait for their fate; null when in several channels, or when none waits.
    const Channel* place_of_all() const;
    // Does the server echo as it promised? False after several lines on end that came to nothing for no reason, none
    // having been echoed before: then to insist would say each line again and again.
    bool is_echo_trusted() const { return echoes_ > 0 || silent_losses_ < max_silent_losses; }

private:
    static constexpr int max_silent_losses = 3;

    struct Line {
        const Channel* channel;
        std::uint64_t disturbances;  // of the channel, when it was said
        Proof proof;
        Barrier behind_it;  // the first PING after it
        std::size_t hash;   // of its bare text
        TimePoint said_at;
        LineFate fate;
    };

    Line* open_line(Ticket ticket);
    void deliver(Line& line);
    void lose_in_silence(Line& line);
    static bool is_disturbed(const Line& line) { return line.channel->disturbances() != line.disturbances; }

    std::map<Ticket, Line> lines_;
    Ticket last_ticket_ = 0;
    Ticket last_asked_ = 0;  // the last line with a PING behind it
    Barrier raised_ = 0;
    Barrier passed_ = 0;
    std::deque<TimePoint> raised_at_;  // of the barriers not passed yet
    std::uint64_t echoes_ = 0;
    int silent_losses_ = 0;
};

// The text without the codes of colour and style, which channels may strip.
std::string without_formatting(std::string_view text);

}  // namespace fedmsgbot
