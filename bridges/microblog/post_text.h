#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bot/core/line.h"

namespace fedmsgbot {

// What a server says about the length of a post.
struct TextLimits {
    std::size_t characters = 500;  // user-perceived ones, as Mastodon counts them
    std::size_t url = 23;          // what an address counts, whatever its length; 0: its own length
};

// What becomes of `@name`, so that nobody is pinged because a bus message names him.
enum class Mentions {
    strip,      // `name`
    interrupt,  // `@`, a zero-width space, `name`
};

// The sentence and its link as one post within the limits. The link is kept whole: it is the sentence that is cut, at
// a word's end and with an ellipsis. A link that does not fit even alone is left out. Pure.
std::string post_text(const Line& line, const TextLimits& limits, Mentions mentions);

std::string defuse_mentions(std::string_view text, Mentions mentions);

// What the server will count. Addresses within a sentence count the larger of both ways, since servers differ in where
// they see one begin and end.
std::size_t weight(std::string_view text, const TextLimits& limits);
std::size_t link_weight(std::string_view link, const TextLimits& limits);

}  // namespace fedmsgbot
