#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bot/core/wall_clock.h"
#include "bot/flow/budget.h"
#include "bot/store/journal.h"

namespace fedmsgbot {

// A budget that the journal counts under the name `meter`, and that has spent what was spent before a restart. The
// journal must outlive it. `commit` makes the open transaction durable, where what is spent has to be known before what
// it is for is done; without it, it becomes so together with that.
Budget open_budget(Journal& journal, const std::string& meter, const std::vector<RateLimit>& limits, WallClock clock,
                   std::function<void()> commit = {});

}  // namespace fedmsgbot
