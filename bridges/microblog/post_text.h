#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fedmsgbot {

// What a server says about the length of a post.
struct TextLimits {
    enum class Unit {
        graphemes,    // user-perceived characters, as Mastodon counts them
        code_points,  // as StatusNet does: a family of emoji is seven
    };

    std::size_t characters = 500;
    std::size_t url = 23;  // what an address counts, whatever its length; 0: its own length
    Unit unit = Unit::graphemes;
};

// What becomes of `@name`, so that nobody is pinged because a bus message names him.
enum class Mentions {
    strip,      // `name`
    interrupt,  // `@`, a zero-width space, `name`
};

// Of a word: whether an address begins in it, not only where it does.
bool holds_address(std::string_view word);

std::string defuse_mentions(std::string_view text, Mentions mentions);

// What the server will count. Addresses within a sentence count the larger of both ways, since servers differ in where
// they see one begin and end; the word that is `link` counts as an address that stands alone.
std::size_t weight(std::string_view text, const TextLimits& limits, std::string_view link = {});
std::size_t link_weight(std::string_view link, const TextLimits& limits);

// The longest beginning that weighs at most `most`, cut at a word's end; a first word that is too long is cut itself,
// but never an address: half of one leads nowhere. Without an ellipsis.
std::string cut_text(std::string_view text, std::size_t most, const TextLimits& limits, std::string_view link = {});

// The longest beginning of whole graphemes within `most`.
std::string_view text_prefix(std::string_view text, std::size_t most, const TextLimits& limits);

// All of the text in pieces of at most `first` and then `rest`, between words; a word that is longer than a piece is
// cut itself, an address that is longer is left out.
std::vector<std::string> split_text(std::string_view text, std::size_t first, std::size_t rest,
                                    const TextLimits& limits, std::string_view link = {});

// A hashtag of the letters and digits of any text: `release-monitoring` gives `#releaseMonitoring`. Empty where nothing
// is left of it that a server would take for one.
std::string hashtag(std::string_view text);

}  // namespace fedmsgbot
