#pragma once

#include <string>
#include <vector>

#include "formatters/rule.h"

namespace fedmsgbot {

// Which messages tell one event under several topics, an old form beside a new one: two of them with the same key and
// different topics are twins, and only the first is told. Rules with the same name, also of other files, are one: their
// keys are compared. Immutable once read; lives in its RuleFile.
struct TwinRule {
    std::string name;  // as it was written, without the file's
    std::vector<TopicPattern> topics;
    tmpl::NodePtr by;  // the key; a message of which a part of it is missing has no twin

    bool takes_topic(std::string_view topic) const { return any_matches(topics, topic); }
};

}  // namespace fedmsgbot
