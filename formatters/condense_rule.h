#pragma once

#include <string>
#include <vector>

#include "formatters/rule.h"

namespace fedmsgbot {

// What a condensing rule's author states that some messages must give together. `stated.message` is not used.
struct CondenseExample {
    std::vector<std::string> messages;
    Example stated;
};

// How several messages become one Line: those of some topics that have the same key. Immutable once read; lives in its
// RuleFile. What it does not state is the newest message's, or, of lists, what all the messages' lines have.
struct CondenseRule {
    std::string name;  // `bodhi.toml:comments`
    Position where;
    std::vector<TopicPattern> topics;
    tmpl::NodePtr when;   // of each message; null: always
    bool is_off = false;  // such messages are not condensed, whatever later rules say
    tmpl::NodePtr by;     // the key; a message of which a part of it, or a listed name, is missing stays alone
    std::vector<std::size_t> listed;  // names of the file, by slot, that stand for the list of all messages' values
    Rule::TextPart text, link, icon, secondary_icon, agent;
    std::vector<CondenseExample> examples;

    bool takes_topic(std::string_view topic) const { return any_matches(topics, topic); }
};

}  // namespace fedmsgbot
