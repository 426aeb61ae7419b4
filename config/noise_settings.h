#pragma once

#include <vector>

#include "bot/flow/noise_settings.h"
#include "config/reader.h"

namespace fedmsgbot {

// A route's `threshold`, `quiet_hours`, `quiet_zone` and `dedupe`. Mistakes go to the table's problems.
NoiseSettings read_noise_settings(Table& route);

// A bridge's `budget`: `"30/h"`, `"30/h, 200/d"`; empty where it is missing. Likewise.
std::vector<RateLimit> read_budget(Table& bridge);

}  // namespace fedmsgbot
