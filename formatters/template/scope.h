#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formatters/template/value.h"

namespace fedmsgbot::tmpl {

// The names a template may use, as its rule file gives them. Must outlive what is compiled with it.
struct Scope {
    std::vector<std::string> named;                             // named expressions, in the order of their slots
    std::map<std::string, std::string, std::less<>> constants;  // those of them that are a text whatever the message
    std::map<std::string, Words, std::less<>> maps;             // node-based: compiled templates point into it
};

}  // namespace fedmsgbot::tmpl
