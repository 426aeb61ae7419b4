#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// One line of IRC as a server sent it, taken apart. A look at the line, which must outlive it; nothing is decoded.
struct IrcMessage {
    static constexpr std::size_t max_parameters = 32;  // the protocol has 15; what comes after these is ignored

    // Nothing for what is no message. Any bytes may be given.
    static std::optional<IrcMessage> parse(std::string_view line);

    std::string_view tags;    // without the @; empty where there are none
    std::string_view source;  // `nick!user@host` or a server's name; empty where there is none
    std::string_view command;
    int numeric = 0;  // of a command of three digits; else 0
    std::vector<std::string_view> parameters;

    std::string_view parameter(std::size_t n) const;  // empty where there are fewer
    std::string_view last() const;                    // likewise
    std::string_view nick() const;                    // of the source

    // The value of a tag, its escapes undone; nothing where it is not there.
    std::optional<std::string> tag(std::string_view key) const;
};

// A line for the server, without line end. The last word may hold blanks; the others may not. CR, LF and NUL are
// removed wherever they stand: whatever the caller does, a word cannot become a second command.
std::string irc_line(std::initializer_list<std::string_view> words);

}  // namespace fedmsgbot
