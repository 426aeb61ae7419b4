#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bot/core/text.h"

namespace fedmsgbot {

// Code points: what senders stack on one letter counts, too, so that this bounds the bytes as well.
constexpr std::size_t max_sentence_code_points = 1000;

// What a rule or the fallback has put together, as Line::text has to be. Empty where it shows nothing.
inline std::string sentence(std::string_view text) {
    auto line = clean_line(text);
    return line.size() <= max_sentence_code_points ? line : shortened_to_words(line, max_sentence_code_points);
}

}  // namespace fedmsgbot
