#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"

namespace fedmsgbot {

// What one bridge may ask of the rest of the bot for its readers. Bridges do not know each other: the wiring owns this,
// who can answer puts a function here when it is made, and who asks finds an empty one where nobody can. One thread.
struct Inquiries {
    struct Found {
        SystemTime at;
        Line line;
        std::string address;  // of its page; for good
    };

    // The newest message about this package or by this user, as the timeline keeps it.
    std::function<std::optional<Found>(std::string_view wanted)> last;
    // The message of this id, the bus's or the timeline's own.
    std::function<std::optional<Found>(std::string_view id)> find;
    // The routes that lead to a bridge, each in one line; with an address only those to it.
    std::function<std::vector<std::string>(std::string_view bridge, std::string_view address)> routes;
    // What a bridge's queue holds and did, in one line.
    std::function<std::string(std::string_view bridge)> status;
    // Where a bridge can say nothing until time or people mend it, and why; by the bridge's name. An empty address: all
    // of it, since there is no connection. Empty: it works, or is just coming up.
    struct Barred {
        std::string address;
        std::string why;
    };
    std::map<std::string, std::function<std::vector<Barred>()>, std::less<>> barred;
};

}  // namespace fedmsgbot
