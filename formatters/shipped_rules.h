#pragma once

#include <span>
#include <string_view>

namespace fedmsgbot {

// A rule file of formatters/rules/, built into the program: rules/shipped.cmake writes the definition.
struct ShippedFile {
    std::string_view name;  // `git.toml`
    std::string_view text;
};

// By name.
std::span<const ShippedFile> shipped_files();

}  // namespace fedmsgbot
