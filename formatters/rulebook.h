#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "bot/core/result.h"
#include "bot/core/topic_entry.h"
#include "formatters/condenser.h"
#include "formatters/template/people.h"

namespace fedmsgbot {

// All rules, compiled once; the first that matches a message makes its Line. The operator's folders come before the
// shipped rules; a folder's files go by name, a file's rules from top to bottom. Total: no message can make it throw or
// hang, and no line is empty; where no rule matches, or a rule's text comes out empty, a fallback sentence says what is
// known. A partial rule changes what a later one says; a silent one ends the search with nothing to say. One thread (it
// remembers by topic which rules can match).
class Rulebook {
public:
    // Which rules were looked at for a message, in order, up to the one that won.
    struct Considered {
        std::string rule;       // `git.toml:receive`
        std::string hindrance;  // why not; empty for the winner, and for partial rules that change its line
        std::string part;       // what it does to the line, where it does not make the whole of it
    };

    // Whether loading also checks, as check() does, what files without a mistake say.
    enum class Examples { skipped, checked };

    // Problems: every mistake in every file, with its place.
    static Result<Rulebook> load(const std::vector<std::filesystem::path>& folders, Accounts accounts = {},
                                 Examples examples = Examples::skipped);
    Rulebook(Rulebook&&) noexcept;
    Rulebook& operator=(Rulebook&&) noexcept;
    ~Rulebook();

    Line render(const Message& message, LineParts parts = LineParts::all) const;

    // The messages in few sentences, by the [[condense]] rules; what is silent is left out.
    std::vector<Condensed> condense(const std::vector<const Message*>& batch) const;

    // What a message may share a sentence by: those that have a key in common may; a message without any never does.
    std::vector<std::string> condense_keys(const Message& message) const;

    // The same for messages that tell one event under different topics, by the [[twin]] rules; empty for all others.
    std::string twin_key(const Message& message) const;

    // Which rule takes the message, as `git.toml:receive`; `fallback` where none does.
    std::string_view rule_of(const Message& message) const;

    std::vector<Considered> explain(const Message& message) const;

    // Runs every rule's own examples: a problem, at the example's place, for each field that comes out differently, and
    // for an example that another rule takes; and one for each rule that can never match, since an earlier one takes
    // all its topics. That an operator's rule comes before a shipped one is what it is for, and no problem.
    Problems check() const;

    std::size_t size() const;  // rules

    // An entry a rule, in the order in which they are tried.
    TopicEntries catalogue() const;

    // The messages of the shipped rules' examples, in order: what the demo replays.
    std::vector<std::string> example_messages() const;

private:
    struct State;
    explicit Rulebook(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot
