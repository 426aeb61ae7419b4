#pragma once

#include <string>

namespace fedmsgbot {

// What a browser with JavaScript gets on top of the page: new entries as they come, and keys. A file of its own, so
// that the content policy forbids every script inside a page.
const std::string& live_script();

// Changes whenever the script does, so that browsers may keep it for long.
const std::string& live_script_version();

}  // namespace fedmsgbot
