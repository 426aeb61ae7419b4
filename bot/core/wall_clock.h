#pragma once

#include <functional>

#include "bot/core/message.h"

namespace fedmsgbot {

// What time it is for people: what limits an hour, a day or a night asks it. Given, so that a night takes a test no
// time; std::chrono::system_clock::now for everybody else.
using WallClock = std::function<SystemTime()>;

}  // namespace fedmsgbot
