#pragma once

#include <string>
#include <utility>

namespace fedmsgbot {

// How a connection ended.
struct Ending {
    enum class Kind {
        lost,     // as connections are; try again
        closed,   // by the server, maybe for what it heard; try again
        refused,  // by the server; a person has to mend something: password, ban, certificate; try again slowly
    };
    Ending(Kind ending, std::string reason) : kind(ending), why(std::move(reason)) {}

    Kind kind;
    std::string why;
};

}  // namespace fedmsgbot
