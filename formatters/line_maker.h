#pragma once

#include <string>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "formatters/rule_file.h"

namespace fedmsgbot {

// Evaluates rules on one message at a time and makes the Line. Keeps the memory for it from message to message.
// Total: whatever the message, it neither throws nor hangs. The rule files and accounts it is given must outlive it
// until the next begin. One thread.
class LineMaker {
public:
    void begin(const Message& message, const Accounts& accounts);

    // Whether the rule's condition holds.
    bool holds(const RuleFile& file, const Rule& rule);

    // The text may come out empty; everything else is as Line promises.
    Line make(const RuleFile& file, const Rule& rule);

    // Replaces what a partial rule states; a text that comes out empty leaves the line's.
    void amend(const RuleFile& file, const Rule& rule, Line& line);

    // The address of an account's avatar.
    std::string avatar(std::string_view account);

private:
    void enter(const RuleFile& file);
    std::string_view rendered(const tmpl::Template& part, std::size_t most_bytes);
    std::vector<std::string> listed(const tmpl::Node& part);

    tmpl::Context context_;
    tmpl::Avatars avatars_;
    std::vector<tmpl::NamedValue> named_values_;
    const RuleFile* file_ = nullptr;  // whose names are in the context
    std::string out_;
};

}  // namespace fedmsgbot
