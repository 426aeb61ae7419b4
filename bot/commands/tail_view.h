#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/commands/json_print.h"
#include "bot/core/line.h"
#include "bot/core/message.h"
#include "bot/core/regex.h"
#include "bot/core/topic.h"
#include "bot/trust/verdict.h"

namespace fedmsgbot {

// What `tail` shows of a message, and of which. All conditions must hold; an empty one always does. Pure.
struct TailView {
    enum class Form { sentence, json, raw, query };

    Form form = Form::sentence;
    Colors colors = Colors::none;
    std::vector<std::string> query;     // `msg.build_id`: keys on the way into the envelope; a number is an index
    std::vector<TopicPattern> topics;   // any of them
    std::vector<Regex> include;         // on the sentence and on the JSON: one of these is found,
    std::vector<Regex> exclude;         // none of those
    std::vector<std::string> users;     // globs on the line's usernames; any
    std::vector<std::string> packages;  // globs on the line's packages; any

    bool wants_topic(std::string_view topic) const { return topics.empty() || any_matches(topics, topic); }
    bool wants(const Message& message, const Line& line) const;

    // One line, or several for Form::json, without the last line's end. `verdict` is null where nobody verified.
    std::string shown(const Message& message, const Line& line, const Verdict* verdict) const;
};

}  // namespace fedmsgbot
