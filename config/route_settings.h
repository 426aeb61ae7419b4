#pragma once

#include <string>
#include <vector>

#include "bot/flow/route.h"
#include "config/reader.h"

namespace fedmsgbot {

// Reads every [[route]]; `bridges` are the names that targets may begin with. Mistakes go to the table's problems.
std::vector<RouteSettings> read_routes(Table& root, const std::vector<std::string>& bridges);

}  // namespace fedmsgbot
