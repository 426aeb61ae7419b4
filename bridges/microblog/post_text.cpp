#include "bridges/microblog/post_text.h"

#include <algorithm>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::string_view zero_width_space = "\u200b";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
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

std::size_t length(std::string_view text, const TextLimits& limits) {
    return limits.unit == TextLimits::Unit::graphemes ? graphemes(text) : code_points(text);
}

std::size_t word_weight(std::string_view word, const TextLimits& limits, std::string_view link) {
    if (!link.empty() && word == link) return link_weight(link, limits);
    const std::size_t plain = length(word, limits);
    return holds_address(word) ? std::max(plain, limits.url) : plain;
}

// One piece after the other, each filled with words as long as they fit.
class Splitter {
public:
    Splitter(std::size_t first, std::size_t rest, const TextLimits& limits)
        : limits_(limits), room_(first), rest_(rest) {}

    // `gap`: what stands before the word in the text.
    void add(std::string_view gap, std::string_view word, std::size_t weight) {
        const std::size_t with_gap = piece_.empty() ? weight : weight + length(gap, limits_);
        if (used_ + with_gap <= room_) {
            if (!piece_.empty()) piece_ += gap;
            piece_ += word;
            used_ += with_gap;
            return;
        }
        if (!piece_.empty()) end_piece();
        if (weight <= room_) {
            piece_ = word;
            used_ = weight;
        } else if (!holds_address(word)) {
            add_long(word);
        }
    }
    std::vector<std::string> pieces() && {
        if (!piece_.empty()) end_piece();
        return std::move(pieces_);
    }

private:
    void add_long(std::string_view word) {
        while (length(word, limits_) > room_) {
            piece_ = text_prefix(word, room_, limits_);
            if (piece_.empty()) piece_ = grapheme_prefix(word, 1);  // larger than a whole piece: nothing would end
            word.remove_prefix(piece_.size());
            end_piece();
        }
        piece_ = word;
        used_ = length(word, limits_);
    }
    void end_piece() {
        pieces_.push_back(std::move(piece_));
        piece_.clear();
        used_ = 0;
        room_ = rest_;
    }

    const TextLimits& limits_;
    std::size_t room_;
    std::size_t rest_;
    std::size_t used_ = 0;
    std::string piece_;
    std::vector<std::string> pieces_;
};

}  // namespace

bool holds_address(std::string_view word) {
    return word.find("http://") != std::string_view::npos || word.find("https://") != std::string_view::npos;
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

std::size_t weight(std::string_view text, const TextLimits& limits, std::string_view link) {
    std::string_view rest = text;
    std::size_t total = length(text, limits);
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest))
        if (holds_address(word)) total += word_weight(word, limits, link) - length(word, limits);
    return total;
}

std::size_t link_weight(std::string_view link, const TextLimits& limits) {
    if (link.empty()) return 0;
    return limits.url > 0 && is_public_address(link) ? limits.url : length(link, limits);
}

std::string cut_text(std::string_view text, std::size_t most, const TextLimits& limits, std::string_view link) {
    std::string_view rest = text;
    std::size_t total = 0;
    std::size_t kept = 0;
    for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
        // By position: what stands between two words is kept as it was, and counts as it is.
        const auto begin = static_cast<std::size_t>(word.data() - text.data());
        total += length(text.substr(kept, begin - kept), limits) + word_weight(word, limits, link);
        if (total > most) break;
        kept = begin + word.size();
    }
    if (kept > 0) return std::string(text.substr(0, kept));
    rest = text;
    const auto first = next_word(rest);
    return std::string(holds_address(first) ? std::string_view{} : text_prefix(first, most, limits));
}

std::string_view text_prefix(std::string_view text, std::size_t most, const TextLimits& limits) {
    auto part = grapheme_prefix(text, most);
    for (std::size_t n = graphemes(part); length(part, limits) > most; --n) part = grapheme_prefix(text, n - 1);
    return part;
}

std::vector<std::string> split_text(std::string_view text, std::size_t first, std::size_t rest,
                                    const TextLimits& limits, std::string_view link) {
    // A piece without room for a character would never end.
    Splitter splitter(std::max<std::size_t>(first, 1), std::max<std::size_t>(rest, 1), limits);
    std::string_view left = text;
    std::size_t end = 0;
    for (auto word = next_word(left); !word.empty(); word = next_word(left)) {
        const auto begin = static_cast<std::size_t>(word.data() - text.data());
        splitter.add(text.substr(end, begin - end), word, word_weight(word, limits, link));
        end = begin + word.size();
    }
    return std::move(splitter).pieces();
}

std::string hashtag(std::string_view text) {
    std::string tag = "#";
    bool has_letter = false;
    bool starts_word = false;
    for (char c : text) {
        const bool is_other = static_cast<unsigned char>(c) >= 0x80;  // a piece of a letter of another script
        if (!is_other && !is_name_character(c)) {
            starts_word = tag.size() > 1;
            continue;
        }
        if (starts_word && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        starts_word = false;
        has_letter = has_letter || is_other || !(c >= '0' && c <= '9');
        tag += c;
    }
    return has_letter ? tag : std::string();
}

}  // namespace fedmsgbot
