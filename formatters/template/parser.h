#pragma once

#include <vector>

#include "formatters/template/node.h"
#include "formatters/template/scope.h"
#include "formatters/template/token.h"

namespace fedmsgbot::tmpl {

struct ParsedTemplate {
    Block block;
    std::size_t locals = 0;  // room for loop variables and {% set %}s that it needs
};

// Both throw Mistake. The tokens look at the source, which need not live on.
ParsedTemplate parse_template(const std::vector<Token>& tokens, const Scope& scope);
NodePtr parse_expression(const std::vector<Token>& tokens, const Scope& scope);

}  // namespace fedmsgbot::tmpl
