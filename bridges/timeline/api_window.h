#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// How one API counts and cuts its lists.
struct ApiDialect {
    std::string_view limit_name;      // of the parameter that says how many
    std::size_t usual;                // where it is absent
    std::size_t most;                 // who asks for more gets so many
    std::string_view skip_name = {};  // `page` or `offset`
    bool skips_pages = false;         // else single entries
    std::int64_t first_id = 0;        // what an entry's number is added to, to be an id there
    bool max_is_included = false;     // whether the entry of max_id is itself among those wanted
};

// Which stretch of the timeline a client of an API wants: below max_id and above since_id (the newest between them), or
// above min_id (those nearest to it), how many, and how many to pass over first. A value; of a parameter that is there
// twice the last counts, and an empty one is none: as Rails has it, which clients were written against.
struct ApiWindow {
    static constexpr std::size_t most_skipped = 3200;  // skipped ones are looked for; max_id leads back further

    struct Reading;
    static Reading read(const PageTarget& target, const ApiDialect& dialect);

    // The newest first. May throw DatabaseError.
    TimelineStore::Stretch find(TimelineStore& store, const TimelineFilter& filter, const WorkTime& time) const;

    // Which numbers lead on from what was found: to older ones, excluded, and to newer ones, excluded too. A list that
    // is empty since its time was over leads on all the same.
    struct Ways {
        std::optional<std::int64_t> older, newer;
    };
    Ways ways(const TimelineStore::Stretch& found) const;

    // Entries' own numbers.
    std::int64_t below = std::numeric_limits<std::int64_t>::max();
    std::int64_t above = 0;
    std::optional<std::int64_t> nearest_above;
    std::size_t limit = 0;
    std::size_t skipped = 0;
};

struct ApiWindow::Reading {
    ApiWindow window;
    std::string mistake;  // names the parameter; empty: none
};

}  // namespace fedmsgbot
