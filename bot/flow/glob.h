#pragma once

#include <string_view>

namespace fedmsgbot {

// Does the whole text fit the pattern, where `*` is any run of characters and `?` one? Linear in practice, never
// recursive.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace fedmsgbot
