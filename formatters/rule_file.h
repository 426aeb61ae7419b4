#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/reader.h"
#include "formatters/condense_rule.h"
#include "formatters/twin_rule.h"

namespace fedmsgbot {

// One file of rules, compiled. Stays where it was made: its rules point into its scope.
struct RuleFile {
    RuleFile() = default;
    RuleFile(const RuleFile&) = delete;
    RuleFile& operator=(const RuleFile&) = delete;

    std::string name;     // `git.toml`
    std::string service;  // `git`; may be empty
    tmpl::Scope scope;
    std::vector<tmpl::NodePtr> named;  // as long as scope.named
    std::vector<Rule> rules;
    tmpl::Scope condense_scope;  // scope, and after its names `count`, for what [[condense]] says
    std::vector<CondenseRule> condense_rules;
    std::vector<TwinRule> twin_rules;

    // All mistakes in the file are added to `problems`; where there are any, what is returned must not be used.
    static std::unique_ptr<const RuleFile> read(Table table, std::string name, Problems& problems);
};

}  // namespace fedmsgbot
