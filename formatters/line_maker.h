#pragma once

#include <span>
#include <string>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "formatters/rule_file.h"

namespace fedmsgbot {

// What a line has of its topic alone.
struct TopicNames {
    std::string service, title;

    explicit TopicNames(std::string_view topic);
};

// Evaluates rules on one message at a time and makes the Line. Keeps the memory for it from message to message.
// Total: whatever the message, it neither throws nor hangs. The rule files and accounts it is given must outlive it
// until the next begin. One thread.
class LineMaker {
public:
    void begin(const Message& message, const Accounts& accounts);

    // Whether a rule's condition holds; null always does.
    bool holds(const RuleFile& file, const tmpl::NodePtr& when);

    // The text may come out empty; everything else is as Line promises.
    Line make(const RuleFile& file, const Rule& rule, const TopicNames& names, LineParts parts);

    // Replaces what a partial rule states; a text that comes out empty leaves the line's.
    void amend(const RuleFile& file, const Rule& rule, LineParts parts, Line& line);

    // The key by which the message is condensed; empty where it is not.
    std::string condense_key(const RuleFile& file, const CondenseRule& rule);

    // The key by which the message's twin is known; empty where it has none.
    std::string twin_key(const RuleFile& file, const TwinRule& rule);

    // The line that messages with the same key make together. They are at least one, from the oldest to the newest,
    // each with the line that it makes alone. The text may come out empty.
    struct Member {
        const Message* message;
        const Line* line;
    };
    Line condense(const RuleFile& file, const CondenseRule& rule, std::span<const Member> members,
                  const Accounts& accounts);

    // The address of an account's avatar.
    std::string avatar(std::string_view account);

private:
    std::string key_by(const tmpl::Node& by);
    bool add_part(const tmpl::Value& part, std::string& key);
    void enter(const RuleFile& file);
    void list_values(const RuleFile& file, const CondenseRule& rule, std::span<const Member> members);
    std::string_view rendered(const tmpl::Template& part, std::size_t most_bytes);
    std::vector<std::string> listed(const tmpl::Node& part);

    tmpl::Context context_;
    tmpl::Avatars avatars_;
    std::vector<tmpl::NamedValue> named_values_;
    const RuleFile* file_ = nullptr;  // whose names are in the context
    std::string out_;
};

}  // namespace fedmsgbot
