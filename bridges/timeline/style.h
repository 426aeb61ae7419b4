#pragma once

#include <string>
#include <string_view>

namespace fedmsgbot {

// The timeline's looks: built into the program, so that it stays one file.
const std::string& style_sheet();
std::string_view icon_svg();

// Changes with the style sheet: part of its address, so that browsers may keep it for long.
const std::string& style_version();

}  // namespace fedmsgbot
