#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "bot/core/result.h"

namespace fedmsgbot::tmpl {

struct Token {
    enum class Kind { data, begin_output, end_output, begin_block, end_block, name, integer, real, string, sign, end };

    Kind kind = Kind::end;
    std::string_view text;   // of a string: between the quotes, escapes not yet read
    std::size_t offset = 0;  // in the template

    bool is(Kind wanted, std::string_view words) const { return kind == wanted && text == words; }
    bool is_sign(std::string_view sign) const { return is(Kind::sign, sign); }
    bool is_name(std::string_view name) const { return is(Kind::name, name); }
};

// A mistake in a template, before it is known where the template stands in its file.
struct Mistake {
    std::size_t offset = 0;
    std::string text;
};

}  // namespace fedmsgbot::tmpl
