#pragma once

#include <optional>
#include <string_view>

#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_store.h"

namespace fedmsgbot {

// Answers datagrepper's questions from what the timeline keeps, so that its clients can be pointed here: /raw and /id
// in fedmsg's shape, /v2/search and /v2/id in fedora-messaging's, whichever bus a message came by. Filters are the
// timeline's own; page, rows_per_page, order and meta besides. The store must outlive it.
class Datagrepper {
public:
    explicit Datagrepper(TimelineStore& store) : store_(store) {}

    // Nothing where the path is none of datagrepper's.
    std::optional<PageAnswer> answer(std::string_view path, const PageTarget& target);

private:
    enum class Shape { fedmsg, fedora_messaging };
    struct Question;
    struct Search;

    PageAnswer search(const PageTarget& target, Shape shape);
    PageAnswer found(const Search& search);
    PageAnswer one(const PageTarget& target, Shape shape);

    TimelineStore& store_;
};

}  // namespace fedmsgbot
