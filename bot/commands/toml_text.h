#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// How values are written in TOML. Pure; `text` is UTF-8.
std::string toml_text(
    std::string_view text);  // as an expression stands best, 'in single quotes', where it has a backslash
std::string toml_list(const std::vector<std::string>& texts);
std::string toml_key(std::string_view key);

}  // namespace fedmsgbot
