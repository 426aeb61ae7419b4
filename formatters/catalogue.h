#pragma once

#include "bot/core/topic_entry.h"
#include "formatters/rule_file.h"

namespace fedmsgbot {

// What people may want to know of a rule. The example is the rule's first one, rendered by this very rule, also where
// another one would take its message. A file that names no service is a service of its own.
TopicEntry catalogue_entry(const RuleFile& file, const Rule& rule);

}  // namespace fedmsgbot
