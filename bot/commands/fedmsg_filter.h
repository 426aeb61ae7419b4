#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// One of fedmsg-irc's filters: a regular expression of Python that hides what it is found in. Operators who wanted only
// some topics wrote that with a negative lookahead, as `^((?!(a|b)).)*$`, which RE2 does not have and a route does not
// need: it is what the route wants.
struct FedmsgFilter {
    enum class Kind { hides, wants, unknown };

    Kind kind = Kind::unknown;
    std::vector<std::string> expressions;  // RE2; a message that has one of them is hidden, or is one of those wanted
    std::string hindrance;                 // why it is unknown
};

// Total. What the filter hides by a topic, `expressions` hide or want of the same topic.
FedmsgFilter read_fedmsg_filter(std::string_view expression);

// The patterns of routes that say the same where the expressions mean whole words; empty where there are none, for
// expressions that are more than words.
std::vector<std::string> word_patterns(const std::vector<std::string>& expressions);

}  // namespace fedmsgbot
