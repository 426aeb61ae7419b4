#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/flow/outbox.h"
#include "bot/flow/route.h"

namespace fedmsgbot {

// The routes that lead to a bridge, each in one line for people: its name, where it leads there, and its conditions.
// With an address only those to it.
std::vector<std::string> routes_to(const std::vector<RouteSettings>& routes, std::string_view bridge,
                                   std::string_view address);

// What its queue holds and did, and how many posts its budget (or null) has left, in one line.
std::string status_of(const Outbox& outbox, Budget* budget);

}  // namespace fedmsgbot
