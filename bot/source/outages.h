#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/message.h"

namespace fedmsgbot {

// A time in which messages may have passed a source by.
struct Outage {
    SystemTime from;
    SystemTime to;
    std::string_view why;   // a literal
    bool is_start = false;  // from our own start to a link's first connection
};

// What a source tells of its links (ZeroMQ: an endpoint each, AMQP: the broker), made into outages. A link that was
// never up is down since we were made. Pure: the caller passes the time. One thread.
class Outages {
public:
    using Tell = std::function<void(const Outage&)>;

    explicit Outages(SystemTime now) : start_(now) {}

    void tell(Tell tell) { tell_ = std::move(tell); }

    void link_up(std::string_view link, SystemTime now);
    void link_down(std::string_view link, SystemTime now);

    // A sender counted messages that did not come; the first of them about then.
    void lost(SystemTime since, SystemTime now) { report({since, now, "messages were lost"}); }

    // Since when the link that was lost first is down, of those that are; nothing when all that ever were are up.
    std::optional<SystemTime> down_since() const;

private:
    void report(const Outage& outage) const {
        if (tell_) tell_(outage);
    }

    SystemTime start_;
    Tell tell_;
    std::map<std::string, std::optional<SystemTime>, std::less<>> down_since_;  // by link; nothing: it is up
};

}  // namespace fedmsgbot
