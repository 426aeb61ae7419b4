#pragma once

#include <string>

namespace fedmsgbot {

// The switch between the light and the dark theme, and its memory. Every page loads it before its style sheet and waits
// for it, so that a page never shows itself in the wrong one first.
const std::string& theme_script();

// Changes whenever the script does, so that browsers may keep it for long.
const std::string& theme_script_version();

}  // namespace fedmsgbot
