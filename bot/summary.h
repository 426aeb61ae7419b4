#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bot/archive/catch_up.h"
#include "bot/flow/outbox.h"
#include "bot/road_counters.h"
#include "bot/source/source.h"
#include "bot/trust/gate.h"

namespace fedmsgbot {

// What the bot did, in the numbers of its summary line.
struct Summary {
    SourceCounters sources;
    TrustCounters trust;
    std::uint64_t fetch_failures = 0;
    RoadCounters road;
    CatchUpCounters catch_up;
    OutboxCounters outboxes;
    std::vector<std::pair<std::string, std::uint64_t>> delivered;  // by target
    std::vector<std::pair<std::string, std::string>> barred;       // targets that take nothing, or whole bridges; why
    std::uint64_t complaints = 0;                                  // of networks, that we write too fast
    std::uint64_t pending = 0;
    std::int64_t lost = 0;

    // `received=.. formatted=.. delivered=.. ... pending=.. lost=..`, with the deliveries by target.
    std::string text() const;
};

}  // namespace fedmsgbot
