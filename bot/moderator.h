#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/wall_clock.h"
#include "bot/digester.h"
#include "bot/flow/budget.h"
#include "bot/flow/route.h"
#include "bot/store/journal.h"

namespace fedmsgbot {

// Spares the readers what a route's `dedupe`, `quiet_hours` and `threshold` say: it judges each line before it is
// journaled, and tells later, in few lines by the digester, what it kept back. That is in the journal under the
// reserve's name, nowhere in memory, and so is what was said and counted: no restart forgets any of it. Bounded: a
// reserve that has grown long is shortened where it lies. The references must outlive it. One thread.
class Moderator {
public:
    enum class Fate {
        said,      // now
        waits,     // to be condensed: the road's own verdict, and then its sentence is judged
        kept,      // for the reserve
        repeated,  // never: the target was told it shortly before
    };
    struct Verdict {
        Fate fate = Fate::said;
        std::string line;  // its digest; empty where nobody will ask whether the target was told it
    };

    // So many lines tell at once what was kept back, at most; fewer where the threshold has not so many left.
    static constexpr std::size_t most_lines = 5;
    static constexpr std::uint64_t most_kept = 1000;

    Moderator(Journal& journal, Digester& digester, const std::vector<Destination>& destinations, WallClock clock);

    // What becomes of a line on its way there. While something is kept back, what comes later waits behind it.
    Verdict judge(const Destination& to, const Line& line);

    // The line with this digest was said: accepted for the target, in the open transaction.
    void note_said(const Destination& to, const std::string& line);

    // Whether next() can have come nearer by the line that a reserve got last: by its first, and by the one that made
    // it long.
    bool is_nearer_by_last(const std::string& reserve) const;

    // Whether the journal's name is that of a reserve of ours.
    bool knows(const std::string& reserve) const { return reserves_.contains(reserve); }
    // A reserve that the configuration knows no more: it is told as soon as may be.
    void adopt(const std::string& reserve);

    // Tells what may be told by now, of a long reserve in parts, so that others have their turn between: next() says
    // when to go on. `commit` makes the open transaction durable.
    void tend(const std::function<void()>& commit, std::vector<Digester::Said>& said);

    // When to tend again; nothing while no reserve holds anything.
    std::optional<SystemTime> next();

private:
    struct Reserve {
        Destination to;
        std::optional<Budget> budget{};  // of lines: the threshold
    };

    std::string digest(const std::string& target, const Line& line) const;
    Fate fate(const Destination& to, const std::string& line);
    SystemTime opens_at(Reserve& reserve, SystemTime now);
    Digester::Task task(Reserve& reserve);
    bool is_long(const Reserve& reserve) const { return journal_.pending(reserve.to.reserve) > most_kept; }

    Journal& journal_;
    Digester& digester_;
    WallClock clock_;
    std::map<std::string, Reserve> reserves_;  // by their names
    std::set<std::string> dedupes_;            // targets of which it has to be known what they were told
};

}  // namespace fedmsgbot
