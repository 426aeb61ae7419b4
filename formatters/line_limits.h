#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/text.h"

namespace fedmsgbot {

// What a Line's fields hold at most; bytes, where nothing else is said.
constexpr std::size_t max_title_bytes = 512;
constexpr std::size_t max_name_bytes = 512;  // of a user, a package, an object
constexpr std::size_t max_names = 2000;      // in a list of them
constexpr std::size_t max_long_form_bytes = 64 * 1024;
// Code points: what senders stack on one letter counts, too, so that this bounds the bytes as well.
constexpr std::size_t max_sentence_code_points = 1000;

// What a rule or the fallback has put together, as Line::text has to be. Empty where it shows nothing.
inline std::string sentence(std::string_view text) {
    auto line = clean_line(text);
    return line.size() <= max_sentence_code_points ? line : shortened_to_words(line, max_sentence_code_points);
}

// Cleaned names as Line has them: sorted, without repeats, not too many.
inline void tidy_names(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() > max_names) names.resize(max_names);
}

}  // namespace fedmsgbot
