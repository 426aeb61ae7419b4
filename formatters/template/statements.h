#pragma once

#include <string>
#include <vector>

#include "formatters/template/node.h"

// Makes the statements of templates; the parser is the only caller. What each does is in docs/rules.md.
namespace fedmsgbot::tmpl {

struct Branch {
    NodePtr condition;
    Block block;
};

struct Loop {
    NodePtr over;
    bool has_pair = false;  // for key, value in
    std::size_t key_slot = 0;
    std::size_t value_slot = 0;
    std::size_t first_slot = 0;  // names of the body, fresh in each round: [first_slot, end_slot)
    std::size_t end_slot = 0;
    std::size_t depth = 0;
    Block body;
    Block otherwise;  // for an empty list
};

StatementPtr data_statement(std::string text);
StatementPtr output_statement(NodePtr expression);
StatementPtr if_statement(std::vector<Branch> branches, Block otherwise);
StatementPtr for_statement(Loop loop);
StatementPtr set_statement(std::size_t slot, NodePtr value);

}  // namespace fedmsgbot::tmpl
