#pragma once

#include <string>
#include <vector>

#include "bot/core/problem.h"
#include "bot/core/topic.h"

namespace fedmsgbot {

// What an operator's [[route]] says: which messages go to which targets. All conditions must hold; an empty one always
// does.
struct RouteSettings {
    std::string name;
    std::vector<TopicPattern> topics;      // any of them; at least one
    std::vector<TopicPattern> not_topics;  // none of them
    std::vector<std::string> packages;     // globs (`python-*`) on the line's packages; any
    std::vector<std::string> users;        // globs on the line's usernames; any
    std::vector<std::string> text;         // RE2 on the rendered sentence; any
    std::vector<std::string> not_text;     // none
    std::vector<std::string> to;           // targets: `libera/#fedora-fedmsg`, `timeline`
    std::vector<Position> to_positions;    // where each stands in the configuration
};

}  // namespace fedmsgbot
