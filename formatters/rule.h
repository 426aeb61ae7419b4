#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bot/core/problem.h"
#include "bot/core/topic.h"
#include "formatters/template/people.h"
#include "formatters/template/template.h"

namespace fedmsgbot {

// What a rule's author states that a message must give. Only stated fields are compared.
struct Example {
    struct Text {
        std::string field;
        std::string wanted;
        Position where;
    };
    struct List {
        std::string field;
        std::vector<std::string> wanted;
        Position where;
    };

    std::string message;
    Position where;
    Accounts accounts;
    std::vector<Text> texts;
    std::vector<List> lists;
};

// How messages of some topics become a Line. Immutable once read; lives in its RuleFile, whose names it uses.
// Templates and expressions are shared with the file's other rules where they are the file's defaults; null: empty, or,
// in a partial rule, left open.
struct Rule {
    using TextPart = std::shared_ptr<const tmpl::Template>;
    using ListPart = std::shared_ptr<const tmpl::Node>;

    std::string name;  // `git.toml:receive`
    Position where;
    std::vector<TopicPattern> topics;
    tmpl::NodePtr when;       // null: always
    bool is_partial = false;  // what it leaves open comes from the next rule that takes the message
    bool is_silent = false;   // there is nothing to say
    TextPart text, title, link, icon, secondary_icon, agent, long_form;
    ListPart usernames, packages, objects;
    std::vector<Example> examples;

    bool takes_topic(std::string_view topic) const { return any_matches(topics, topic); }

    // Does it take every message that `other` takes, so that `other`, coming after it, never does?
    bool covers(const Rule& other) const {
        if (when || is_partial) return false;
        return std::all_of(other.topics.begin(), other.topics.end(), [&](const TopicPattern& topic) {
            return std::any_of(topics.begin(), topics.end(), [&](const auto& own) { return own.covers(topic); });
        });
    }
};

}  // namespace fedmsgbot
