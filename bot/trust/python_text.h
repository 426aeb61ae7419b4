#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/trust/byte_buffer.h"

namespace fedmsgbot {

// How Python's json module writes the two things that other writers spell differently. Pure.

// In quotes, everything outside 0x20..0x7e escaped. `text` is UTF-8, where lone surrogates may have three bytes.
void append_python_text(std::string& out, std::string_view text);

// One UTF-16 unit, one code point (as well formed UTF-8), as they stand in such quotes.
void append_python_unit(ByteBuffer& out, std::uint32_t unit);
void append_python_code_point(ByteBuffer& out, std::string_view utf8);

// repr(): the fewest digits that give the same double again; NaN, Infinity and -Infinity by name.
void append_python_real(std::string& out, double value);

}  // namespace fedmsgbot
