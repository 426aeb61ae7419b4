#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/receipt.h"
#include "bot/core/wall_clock.h"
#include "bot/road_counters.h"
#include "bot/store/journal.h"
#include "formatters/digest.h"
#include "formatters/rulebook.h"

namespace fedmsgbot {

// Says in few lines what the journal owes a target: by the [[condense]] rules, equal lines as one with ` (x3)`,
// and what still does not fit in one digest. What it makes are messages of our own, accepted in the transaction in
// which the ones that they tell are settled: a crash has either these owed or those, never both, never none.
// Reads the journal in parts, so its memory is bounded. The references must outlive it. One thread.
class Digester {
public:
    struct Task {
        std::string target;
        // Under which name the journal has it: the target's own, or that of a reserve, of which all is told, equal or
        // akin, in fewer lines, also what would fit. A reserve's lines go to its target by hand_over.
        std::string owed_as;
        Entry after = 0;  // looks at later entries only
        // With how many lines it may go on, at least 1; the oldest come first, the digest last.
        std::size_t room = 1;
        std::optional<SystemTime> too_old;  // what was accepted before is told as expired
        Digest::Reason reason = Digest::Reason::overflow;

        explicit Task(std::string name) : target(std::move(name)), owed_as(target) {}
        bool is_reserve() const { return owed_as != target; }
    };

    // A message of ours, in the open transaction: to be offered to the target's outbox after the commit.
    struct Said {
        std::string owed_as;
        Entry entry;
        std::shared_ptr<const Message> message;
        std::shared_ptr<const Line> line;
    };

    // Is the message shown to the target without its words, as one that nobody vouches for?
    using Mark = std::function<bool(const std::string& target, const Message& message, const Line& line)>;

    // `book` is told of what was settled: the road, which counts. `clock`: for when what it makes was accepted.
    Digester(Journal& journal, const Rulebook& rulebook, Receipts& book, RoadCounters& counters, Mark is_marked,
             WallClock clock)
        : journal_(journal),
          rulebook_(rulebook),
          book_(book),
          counters_(counters),
          is_marked_(std::move(is_marked)),
          clock_(std::move(clock)) {}

    // For links; empty: none.
    void set_timeline(std::string public_url) { timeline_ = std::move(public_url); }

    // One part of the task; false where more remains: call it again, after others had their turn and the commit.
    bool work(const Task& task, std::vector<Said>& said);

    // What is left of a reserve when its work is done becomes the target's own, in the same order: each is accepted
    // again, alone, for the target, and settled in the reserve.
    void hand_over(const Task& task, std::vector<Said>& said);

    // What both the road and this do with the journal. Of one message that it owes, the message as it was accepted;
    // null where it is a message no more: then it is settled. It was read once, by another version of us, and one such
    // must not keep all others from being served.
    std::shared_ptr<const Message> message_of(OwedMessage& owed, const std::string& owed_as);
    // Nothing where the journal would not have the message of ours.
    std::optional<Entry> accept(const Message& message, const std::string& owed_as);

private:
    struct Item {
        std::shared_ptr<const Message> message;
        Entry entry;
        SystemTime accepted_at;
        bool is_digest = false, is_expired = false;
    };
    struct Sentence {
        Line line;
        std::vector<std::size_t> members;
        bool is_collapsed = false;
        bool stays_alone = false;  // it shares no line with others
    };
    using Items = std::vector<Item>;

    Items read(const Task& task, OwedPage& page);
    std::optional<Item> read(const Task& task, OwedMessage& owed);
    Line line_of(const Message& message) const;
    void count(Digest& digest, const Item& item) const;
    std::vector<Sentence> sentences(const Task& task, const Items& items);
    bool say(const Sentence& sentence, const Items& items, const std::vector<const Message*>& batch,
             const std::string& owed_as, std::vector<Said>& said);
    void tell(const Digest& digest, const std::vector<const Item*>& members, const std::string& owed_as,
              std::vector<Said>& said);
    void settle(const Item& item, const std::string& owed_as, std::uint64_t& counter, Settlement settlement);

    Journal& journal_;
    const Rulebook& rulebook_;
    Receipts& book_;
    RoadCounters& counters_;
    Mark is_marked_;
    WallClock clock_;
    std::string timeline_;
};

}  // namespace fedmsgbot
