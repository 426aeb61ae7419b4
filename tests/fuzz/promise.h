#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bot/core/text.h"

namespace fedmsgbot::fuzz {

// Ends the fuzzer with a finding.
inline void promise(bool kept, const char* what) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

// Valid UTF-8 without C0 controls and DEL, but for those in `allowed`, and without marks that turn the direction.
inline void promise_fit_for_people(std::string_view text, std::string_view allowed = {}) {
    promise(is_valid_utf8(text), "valid UTF-8");
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_control = byte < 0x20 || byte == 0x7f;
        promise(!is_control || allowed.find(c) != std::string_view::npos, "no control characters");
    }
    for (const std::string_view mark : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
                                        "\u2069", "\u200e", "\u200f", "\u061c"})
        promise(text.find(mark) == std::string_view::npos, "no marks of direction");
}

}  // namespace fedmsgbot::fuzz
