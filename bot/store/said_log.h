#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/message.h"
#include "bot/store/database.h"

namespace fedmsgbot {

// How many lines were said at a time, as far as a limit counts them.
struct Spending {
    SystemTime at;
    std::size_t count;
};

// What was said lately: which lines, so that none is said again, and how many, for limits by the hour or the day.
// Tables in the journal's file, written in its open transaction, so that they are true after a crash, too. Bounded: of
// lines the last `remembered_lines` are known; of what is counted, each write forgets what no limit looks at any more.
// One owner, the journal, which opens the transaction; one thread. The database must outlive it.
class SaidLog {
public:
    explicit SaidLog(Database& database);

    // `line`: a digest of it, since lines are strangers' words, of any length.
    // Whether the target was told this line after `since`, and not later than `now`: a clock that was set back must
    // not silence anybody.
    bool was_told(std::string_view target, std::string_view line, SystemTime since, SystemTime now);
    void note_told(std::string_view target, std::string_view line, SystemTime now);

    // `meter`: what is limited. A negative count takes back from what was spent at that time, as far as that is known
    // still. What is older than `kept` is forgotten.
    void spend(std::string_view meter, SystemTime at, std::int64_t count, std::chrono::seconds kept);
    // Oldest first. What was spent later than `now`, by a clock that was set back since, is from now on as old as now:
    // else each restart until that time came would count it anew.
    std::vector<Spending> spent(std::string_view meter, SystemTime now);

    static constexpr std::int64_t remembered_lines = 100000;

private:
    Database& database_;
    Statement select_told_, insert_told_, forget_told_, add_spent_, take_back_spent_, forget_spent_, select_spent_,
        age_spent_, forget_later_;
};

}  // namespace fedmsgbot
