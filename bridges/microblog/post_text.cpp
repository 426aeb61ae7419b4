#include "bridges/microblog/post_text.h"

#include <algorithm>

#include "bot/core/mark.h"
#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view ellipsis = "…";
constexpr std::string_view zero_width_space = "\u200b";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool holds_address(std::string_view word) {
    return word.find("http://") != std::string_view::npos || word.find("https://") != std::string_view::npos;
}

// `mail@example.org` pings nobody, nor does `https://x.example/@bus`. `before` is the word so far.
bool is_harmless(std::string_view before, std::string_view run) {
    if (before.empty()) return false;
    return (run.size() == 1 && is_name_character(before.back())) || holds_address(before);
}

// The next word of a text, with nothing around it; `rest` goes on after it. Empty at the end.
std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \n\t")));
    const auto word = rest.substr(0, std::min(rest.size(), rest.find_first_of(" \n\t")));
    rest.remove_prefix(word.size());
    return word;
}

std::size_t word_weight(std::string_view word, const TextLimits& limits) {
    const std::size_t plain = graphemes(word);
    return holds_address(word) ? std::max(plain, limits.url) : plain;
}

// Mastodon gives the fixed weight only to what it takes for an address: a host with a dot and a top-level domain of
// letters. `http://localhost:8080/x` counts in full.
bool is_public_address(std::string_view link) {
    const auto slashes = link.find("://");
    if (slashes == std::string_view::npos) return false;
    auto host = link.substr(slashes + 3);
    host = host.substr(0, std::min(host.size(), host.find_first_of("/:?#")));
    const auto dot = host.rfind('.');
    if (dot == std::string_view::npos || host.size() - dot < 3) return false;
    return std::all_of(host.begin() + static_cast<std::ptrdiff_t>(dot) + 1, host.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

// The longest beginning that weighs at most `most`, cut at a word's end; a first word that is too long is cut itself,
// but never an address: half of one leads nowhere.
std::string cut(std::string_view text, std::size_t most, const TextLimits& limits) {
    std::string_view rest = text;
    std::size_t total = 0;
    std::size_t kept = 0;
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
        // By position: what stands between two words is kept as it was, and counts as it is.
        const auto begin = static_cast<std::size_t>(word.data() - text.data());
        total += graphemes(text.substr(kept, begin - kept)) + word_weight(word, limits);
        if (total > most) break;
        kept = begin + word.size();
    }
    if (kept > 0) return std::string(text.substr(0, kept));
    rest = text;
    const auto first = next_word(rest);
    return std::string(holds_address(first) ? std::string_view{} : grapheme_prefix(first, most));
}

}  // namespace

std::string post_text(const Line& line, const TextLimits& limits, Mentions mentions) {
    const std::string text = defuse_mentions(headline(line), mentions);
    const std::size_t link = link_weight(line.link, limits);
    const bool has_link = link > 0 && link <= limits.characters;
    const std::size_t for_link = has_link ? link + 1 : 0;
    if (weight(text, limits) + for_link <= limits.characters) return has_link ? text + " " + line.link : text;
    if (for_link + 2 > limits.characters) return has_link ? line.link : cut(text, limits.characters, limits);
    std::string post = cut(text, limits.characters - for_link - 1, limits);
    post += ellipsis;
    return has_link ? post + " " + line.link : post;
}

std::string defuse_mentions(std::string_view text, Mentions mentions) {
    std::string safe;
    std::size_t word_begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\n') word_begin = i + 1;
        if (text[i] != '@') {
            safe += text[i++];
            continue;
        }
        // All of them at once: of `@@name` without the first one, the rest would ping.
        const auto run_end = std::min(text.size(), text.find_first_not_of('@', i));
        const auto run = text.substr(i, run_end - i);
        const bool starts_a_name = run_end < text.size() && is_name_character(text[run_end]);
        if (!starts_a_name || is_harmless(text.substr(word_begin, i - word_begin), run)) {
            safe += run;
        } else if (mentions == Mentions::interrupt) {
            safe += run;
            safe += zero_width_space;
        }
        i = run_end;
    }
    return safe;
}

std::size_t weight(std::string_view text, const TextLimits& limits) {
    std::string_view rest = text;
    std::size_t total = graphemes(text);
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest))
        if (holds_address(word)) total += word_weight(word, limits) - graphemes(word);
    return total;
}

std::size_t link_weight(std::string_view link, const TextLimits& limits) {
    if (link.empty()) return 0;
    return limits.url > 0 && is_public_address(link) ? limits.url : graphemes(link);
}

}  // namespace fedmsgbot
