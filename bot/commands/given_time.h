#pragma once

#include <string>

#include "bot/core/wall_clock.h"

namespace fedmsgbot {

// For options that name a time, as --at does: ISO 8601, UTC.
std::string time_hindrance(const std::string& text);  // empty: it is one

// A clock that shows `text` now and goes on from there; the machine's where the text is empty. Precondition:
// time_hindrance had nothing against it.
WallClock clock_from(const std::string& text);

}  // namespace fedmsgbot
