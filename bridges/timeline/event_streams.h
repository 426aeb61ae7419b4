#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridges/timeline/folding.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// What a reader of events wants to hear of, and how.
struct EventView {
    TimelineFilter filter;
    bool is_folded = false;  // a burst is told of once, as a row that takes the place of the one before
    std::string key() const;
};

// How a stream says things.
struct EventForm {
    std::string name;      // the same for forms that say the same
    std::string greeting;  // what is said before all else; may be empty
    std::string gap;       // that more was missed than is told; may be empty
    std::function<std::string(const ListRow&, const EventView&)> text;  // of one row
};

// What the timeline's own page listens to: server-sent events with the page's row.
std::shared_ptr<const EventForm> page_events();

// New entries for readers that stay, in a form of their choice. A reader is a place in the timeline and asks for what
// came behind it: so its queue is the store, a gap is replayed by the same reading, and one that is slow costs no
// memory. Readers of one view and form at one place share the text. The store must outlive it, and it its streams. One
// thread.
class EventStreams {
public:
    static constexpr std::size_t most_replayed = 200;  // what came before is told of as a gap
    static constexpr std::size_t most_at_once = 50;

    explicit EventStreams(TimelineStore& store) : store_(store) {}

    // Begins behind that entry; with what comes next where there is none.
    EventSource open(const EventView& view, std::optional<std::int64_t> after, std::shared_ptr<const EventForm> form);

    // For those to whom no stream gets through: what came behind that entry, as JSON: `events`, the oldest first and at
    // most most_at_once; `last`, the number to ask with next; `gap`, where more came than is replayed.
    std::string since(const EventView& view, std::optional<std::int64_t> after);

private:
    struct Piece {
        std::shared_ptr<const std::string> text;
        std::int64_t last = 0;  // the place after it
    };
    struct Reader;

    Piece behind(const Reader& reader);
    Piece read(const Reader& reader, std::int64_t newest);
    // New rows behind a place, the oldest first; and the place after them.
    struct News {
        std::vector<ListRow> rows;
        std::int64_t last = 0;
    };
    News news(const EventView& view, std::int64_t place, std::int64_t newest);
    // Where a reader's replay begins that would have to go back too far; nothing where it does not.
    std::optional<std::int64_t> gap_end(const EventView& view, std::int64_t after);

    TimelineStore& store_;
    std::map<std::string, Piece> shared_;  // since newest_ was the newest
    std::int64_t newest_ = 0;
};

}  // namespace fedmsgbot
