#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bot/core/message.h"

namespace fedmsgbot {

// Counts messages that were sent and did not arrive, by the counter `i` that fedmsg puts into each.
//
// `i` is a process' own: 1 for its first message, one more for each, whatever the topic. A message does not name its
// process, only the certificate or, unsigned, the user; a few processes may share either. So one sender here is several
// streams of numbers. A jump within a stream makes a hole, and a hole is counted as a loss only when `proof` messages
// of the stream have each followed the one before, and nothing that belongs into the hole came meanwhile: else it was
// another process, not a loss.
// It would rather miss a loss than invent one: repeats, restarts, jumps of more than `widest` and senders that look
// like more than `most_streams` processes are not counted. Give it every message of a sender or none: one that was
// filtered out looks like one that was lost. Bounded: the senders heard of longest ago are forgotten. Pure; one thread.
class GapCounter {
public:
    static constexpr std::uint64_t widest = 1000;
    static constexpr int proof = 16;
    static constexpr std::size_t most_senders = 1024;
    static constexpr std::size_t most_streams = 8;
    static constexpr std::size_t most_holes = 32;

    // `now` is when a hole is opened that this message makes.
    void see(const Message& message, SystemTime now = {});
    void see(std::uint64_t sender, std::uint64_t number, SystemTime now = {});

    // When the oldest of the losses was that were counted since the last call; nothing where none was.
    std::optional<SystemTime> take_loss() { return std::exchange(loss_, std::nullopt); }

    std::uint64_t lost() const { return lost_; }
    std::size_t senders() const { return senders_.size(); }

private:
    struct Hole {
        std::uint64_t first;  // not arrived: from here
        std::uint64_t end;    // to before this
        SystemTime opened;
        int since = 0;  // messages that followed one another
    };
    struct Stream {
        std::uint64_t last = 0;
        std::uint64_t heard = 0;  // when, in messages of its sender
        std::deque<Hole> holes;
    };
    struct Sender {
        std::vector<Stream> streams;
        std::uint64_t messages = 0;
        std::uint64_t heard = 0;  // when, in messages of all
        bool is_crowd = false;    // too many processes to tell apart
    };

    Sender& sender(std::uint64_t key);
    void start_stream(Sender& sender, std::uint64_t number);
    void follow(Sender& sender, Stream& stream, std::uint64_t number);

    std::unordered_map<std::uint64_t, Sender> senders_;
    std::uint64_t messages_ = 0;
    std::uint64_t lost_ = 0;
    std::optional<SystemTime> loss_;
};

}  // namespace fedmsgbot
