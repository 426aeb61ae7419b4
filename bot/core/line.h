#pragma once

#include <string>
#include <vector>

namespace fedmsgbot {

// What a message says to a person: meaning without appearance. Every bridge gives it its own look.
// Made by the rulebook only, which promises: valid UTF-8 without control characters (long_form may hold line ends),
// never an empty text but where it is silent, every field within its limit, links http or https only and without
// blanks.
struct Line {
    std::string rule;        // which rule said it, as `file.toml:name`; `fallback` where none did
    bool is_silent = false;  // the rule says that nobody needs to hear of it: nothing is to be posted
    std::string service;     // fourth word of the topic: `git`, `bodhi`; chooses a colour
    std::string title;       // the topic less domain and environment: `git.receive`
    std::string text;        // the sentence; at most 1,000 code points
    std::string link;        // may be empty
    std::string icon;
    std::string secondary_icon;          // mostly the agent's avatar
    std::string agent;                   // who did it
    std::string long_form;               // may be empty
    std::vector<std::string> usernames;  // sorted, unique; likewise the next two
    std::vector<std::string> packages;
    std::vector<std::string> objects;
};

// How much of a Line is asked for: what nobody looks at need not be made.
enum class LineParts {
    sentence,  // rule, service, title, text, link
    all,
};

}  // namespace fedmsgbot
