#pragma once

#include <functional>
#include <string_view>

namespace fedmsgbot {

// The parts of a JSON text as they stand in it, byte for byte: what was signed must not be written anew. The text was
// read as JSON before; of one that is none, the parts mean nothing, and that is all.
struct JsonSlice {
    std::string_view key;    // as it is written between the quotes; empty in an array
    std::string_view value;  // without blanks around it
};

// Calls visit(part) for each member or element, in order, until it returns false.
void each_slice(std::string_view json, const std::function<bool(JsonSlice)>& visit);

// The value of an object's member; empty where there is none. Of duplicates, the last.
std::string_view slice_of(std::string_view object, std::string_view key);

}  // namespace fedmsgbot
