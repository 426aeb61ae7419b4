#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formatters/template/token.h"

namespace fedmsgbot::tmpl {

// Cuts a template, or a bare expression, into tokens; the last one is `end`. White-space control is done here: a minus
// inside a brace takes the white space on its side away. Throws Mistake: compiling is the operator's time, and the one
// place that catches it is Template's and Expression's compile.
std::vector<Token> lex_template(std::string_view source);
std::vector<Token> lex_expression(std::string_view source);

}  // namespace fedmsgbot::tmpl
