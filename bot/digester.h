#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/receipt.h"
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
        Entry after = 0;  // looks at later entries only
        // With how many lines it may go on, at least 1; the oldest come first, the digest last.
        std::size_t room = 1;
        std::optional<SystemTime> too_old;  // what was accepted before is told as expired

        explicit Task(std::string name) : target(std::move(name)) {}
    };

    // A message of ours, in the open transaction: to be offered to the target's outbox after the commit.
    struct Said {
        Entry entry;
        std::shared_ptr<const Message> message;
        std::shared_ptr<const Line> line;
    };

    // Is the message shown to the target without its words, as one that nobody vouches for?
    using Mark = std::function<bool(const std::string& target, const Message& message, const Line& line)>;

    // `book` is told of what was settled: the road, which counts.
    Digester(Journal& journal, const Rulebook& rulebook, Receipts& book, RoadCounters& counters, Mark is_marked)
        : journal_(journal), rulebook_(rulebook), book_(book), counters_(counters), is_marked_(std::move(is_marked)) {}

    // For links; empty: none.
    void set_timeline(std::string public_url) { timeline_ = std::move(public_url); }

    // One part of the task; false where more remains: call it again, after others had their turn and the commit.
    bool work(const Task& task, std::vector<Said>& said);

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
    Line line_of(const Message& message) const;
    void count(Digest& digest, const Item& item) const;
    std::vector<Sentence> sentences(const Task& task, const Items& items);
    bool say(const Sentence& sentence, const Items& items, const std::vector<const Message*>& batch,
             const std::string& target, std::vector<Said>& said);
    void tell(const Digest& digest, const std::vector<const Item*>& members, const std::string& target,
              std::vector<Said>& said);
    void settle(const Item& item, const std::string& target, std::uint64_t& counter, Settlement settlement);

    Journal& journal_;
    const Rulebook& rulebook_;
    Receipts& book_;
    RoadCounters& counters_;
    Mark is_marked_;
    std::string timeline_;
};

}  // namespace fedmsgbot
