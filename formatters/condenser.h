#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "formatters/line_maker.h"

namespace fedmsgbot {

// One sentence for some messages of a batch.
struct Condensed {
    Line line;
    std::vector<std::size_t> members;  // their places in the batch, rising; at least one
};

// Says a batch in few sentences, by the [[condense]] rules of some files. The rules are tried in their order: each
// takes the messages, of those that none before it took, that have the same key as another one. What no rule takes
// keeps its own line; what is silent is left out. Total. The maker is used meanwhile. One thread.
class Condenser {
public:
    using Files = std::vector<std::unique_ptr<const RuleFile>>;

    Condenser(const Files& files, LineMaker& maker, const Accounts& accounts)
        : files_(files), maker_(maker), accounts_(accounts) {}

    // `lines` has each message's own line. In the order of the first members.
    std::vector<Condensed> condense(const std::vector<const Message*>& batch, const std::vector<Line>& lines);

    // The message's key for each rule that takes it, with the rule's name and a U+001F before it. Messages that have
    // one in common may become one sentence; a message without keys never shares one.
    std::vector<std::string> keys(const Message& message);

private:
    bool takes(const RuleFile& file, const CondenseRule& rule, const Message& message);

    const Files& files_;
    LineMaker& maker_;
    const Accounts& accounts_;
};

}  // namespace fedmsgbot
