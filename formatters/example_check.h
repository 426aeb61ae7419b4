#pragma once

#include <string>

#include "bot/core/line.h"
#include "formatters/rule.h"

namespace fedmsgbot {

// A problem for each stated field that the line has otherwise, and for a line that another rule made. Pure.
Problems check_example(const Example& example, const std::string& rule, const Line& line);

}  // namespace fedmsgbot
