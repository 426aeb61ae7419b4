#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// New entries as server-sent events, for readers that stay. A reader is a place in the timeline and asks for what came
// behind it: so its queue is the store, a gap is replayed by the same reading, and one that is slow costs no memory.
// Readers of one view at one place share the text. The store must outlive it, and it its streams. One thread.
class EventStreams {
public:
    static constexpr std::size_t most_replayed = 200;  // what came before is told of as a gap
    static constexpr std::size_t most_at_once = 50;

    explicit EventStreams(TimelineStore& store) : store_(store) {}

    // Begins behind that entry; with what comes next where there is none.
    EventSource open(TimelineFilter filter, std::optional<std::int64_t> after);

private:
    struct Piece {
        std::shared_ptr<const std::string> text;
        std::int64_t last = 0;  // the place after it
    };
    struct Reader;

    Piece behind(const TimelineFilter& filter, const std::string& query, std::int64_t place);
    Piece read(const TimelineFilter& filter, std::int64_t place, std::int64_t newest);

    TimelineStore& store_;
    std::map<std::string, Piece> shared_;  // since newest_ was the newest
    std::int64_t newest_ = 0;
};

}  // namespace fedmsgbot
