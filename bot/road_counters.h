#pragma once

#include <cstdint>

namespace fedmsgbot {

// What became of the messages since the start. `accepted` counts shares: one a message and target.
// Every share ends in one place, so that these add up, over all targets, when nothing is pending:
//   accepted - sentences - moved = (delivered + rejected + expired of other people's messages)
//                                  + condensed + collapsed + digested + deduped
// where the bot's own messages, of which there are `sentences`, are delivered like others, but for `merged` of them.
struct RoadCounters {
    std::uint64_t formatted = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t silenced = 0;  // a rule says that nobody needs to hear of it
    std::uint64_t twins = 0;     // told already, under another topic
    std::uint64_t unrouted = 0;  // no route wants it
    std::uint64_t accepted = 0;
    std::uint64_t settled = 0;     // delivered, rejected, expired, or told in another message
    std::uint64_t unreadable = 0;  // shares of stored messages that this program cannot read any more
    std::uint64_t abandoned = 0;   // owed to targets that the configuration no longer names
    std::uint64_t condensed = 0;   // shares that ended in a sentence for several
    std::uint64_t collapsed = 0;   // in one line for equal ones: `... (x3)`
    std::uint64_t digested = 0;    // in a digest
    std::uint64_t expired = 0;     // in a digest of what was too old
    std::uint64_t sentences = 0;   // messages of our own, that these were said in
    std::uint64_t merged = 0;      // of those, said in a later one
    std::uint64_t moved = 0;       // shares that were kept back, and then accepted again, alone, for the target itself
    std::uint64_t deduped = 0;     // shares of lines that the target was told shortly before
    std::uint64_t kept = 0;        // lines that a route's threshold or quiet hours kept back for a while
    std::uint64_t unfit = 0;       // ready posts that are none, or for a target that is not ours
    std::uint64_t forged = 0;      // messages with a topic of our own
};

}  // namespace fedmsgbot
