#pragma once

#include <optional>
#include <string_view>

#include "bridges/timeline/api_accounts.h"
#include "bridges/timeline/page_request.h"
#include "bridges/timeline/timeline_settings.h"

namespace fedmsgbot {

// What programs look up about a host before they know what runs there: NodeInfo 2.0, and WebFinger (RFC 7033) for the
// accounts of the API. Both lie at the root of a host: below a sub-path a proxy must hand them on. The settings and the
// accounts must outlive it; members may throw DatabaseError. One thread.
class WellKnown {
public:
    WellKnown(const TimelineSettings& settings, ApiAccounts& accounts) : settings_(settings), accounts_(accounts) {}

    // Nothing where the path is none of theirs.
    std::optional<PageAnswer> answer(std::string_view path, const PageTarget& target);

private:
    PageAnswer node_info();
    PageAnswer web_finger(const PageTarget& target);

    const TimelineSettings& settings_;
    ApiAccounts& accounts_;
};

}  // namespace fedmsgbot
