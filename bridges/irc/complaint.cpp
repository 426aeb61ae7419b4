#include "bridges/irc/complaint.h"

#include <algorithm>
#include <string>

#include "bot/core/text.h"
#include "bridges/irc/numerics.h"

namespace fedmsgbot {

namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
    const std::string lower = in_lower_case(text.substr(0, 512));
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

bool is_complaint(const IrcMessage& message) {
    if (message.numeric == numeric::try_again || message.numeric == numeric::target_too_fast) return true;
    if (message.command == "ERROR") return holds_any(message.last(), {"excess flood", "recvq", "flooding"});
    if (message.command != "NOTICE" || message.source.find('!') != std::string_view::npos) return false;
    return holds_any(message.last(), {"throttle", "too fast", "slow down", "flood"});
}

bool may_have_cost_lines(const IrcMessage& complaint) {
    const auto what = complaint.parameter(1);
    return complaint.numeric == numeric::try_again ? what == "PRIVMSG" || what == "NOTICE"
                                                   : complaint.command != "ERROR";
}

}  // namespace fedmsgbot
