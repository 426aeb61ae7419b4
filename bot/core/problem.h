#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// A place in a file that an operator wrote. Lines and columns count from 1; 0 means "not known".
struct Position {
    std::string file;
    int line = 0;
    int column = 0;
};

// One mistake of the operator: in the configuration, in a rule, on the command line.
// Many are collected and reported together, so that one look at the file mends them all.
struct Problem {
    Position where;
    std::string text;
};

using Problems = std::vector<Problem>;

// `file:line:column: text`; the parts that are not known are left out.
std::string describe(const Problem& problem);

// All of them, one a line, each with a line end.
std::string describe(const Problems& problems);

}  // namespace fedmsgbot
