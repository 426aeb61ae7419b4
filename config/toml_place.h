#pragma once

#include <cstddef>
#include <string_view>

namespace fedmsgbot {

// A line and a column of a file, from 1; columns count code points, as editors do.
struct Place {
    int line = 0;
    int column = 0;
};

// Where byte `offset` of a string's value stands in a TOML text; the string begins, with its quotes, at `begin`.
// Escapes and swallowed line ends are counted as what they mean.
Place place_inside(std::string_view text, Place begin, std::size_t offset);

}  // namespace fedmsgbot
