#pragma once

#include <string>
#include <string_view>

#include "bridges/irc/message.h"

namespace fedmsgbot {

// What a server says about itself in its 005 replies (ISUPPORT), as far as we need it; RFC 1459's ways before it has
// said anything.
class ServerFeatures {
public:
    void learn(const IrcMessage& reply);
    void learn_software(std::string_view version);  // of 004

    // Are these the same channel or nick? Servers fold case in their own ways.
    bool same(std::string_view a, std::string_view b) const;

    // Does a mask with * and ? (of a ban) take this prefix?
    bool matches(std::string_view mask, std::string_view prefix) const;

    bool is_member_mode(char mode) const;            // op, voice and what a network has between and above
    bool takes_argument(char mode, bool set) const;  // of a channel's modes
    char member_mode(char sign) const;               // `@` is `o`; 0 for no such sign
    // Modes of a channel in which colours are taken out of what is said, or keep it from being said.
    std::string_view color_modes() const { return color_modes_; }
    // So that a name can be looked up: equal for names that are the same.
    std::string folded(std::string_view name) const;
    bool has_monitor() const { return has_monitor_; }
    char bot_mode() const { return bot_mode_; }  // the user mode for bots; 0 where there is none

private:
    void learn(std::string_view key, std::string_view value);
    char folded(char c) const;

    enum class Folding { ascii, strict, rfc1459 };
    Folding folding_ = Folding::rfc1459;
    std::string member_modes_ = "ov";
    std::string member_signs_ = "@+";
    std::string argument_always_ = "beIk";
    std::string argument_when_set_ = "l";
    std::string_view color_modes_ = "c";
    char bot_mode_ = 0;
    bool has_monitor_ = false;
};

}  // namespace fedmsgbot
