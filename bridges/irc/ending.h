#pragma once

#include <string>
#include <utility>

namespace fedmsgbot {

// How a connection ended.
struct Ending {
    enum class Kind {
        lost,     // as connections are; try again
        refused,  // a person has to mend something: password, ban, certificate; try again slowly
    };
    Ending(Kind ending, std::string reason) : kind(ending), why(std::move(reason)) {}

    Kind kind;
    std::string why;
};

}  // namespace fedmsgbot
