#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// The page's badge of a service as a picture of its own, for programs that show one beside what it says.
std::string badge_svg(std::string_view service);

}  // namespace fedmsgbot
