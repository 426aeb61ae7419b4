#pragma once

#include <string_view>

namespace fedmsgbot {

// What tells a message from others: its id without the year (`2024-`) that the bridges between Fedora's two buses put
// before it. A year alone is an id.
std::string_view without_year(std::string_view id);

}  // namespace fedmsgbot
