#include "bridges/timeline/entry_parts.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/times.h"

namespace fedmsgbot {

namespace {

constexpr unsigned hues = 12;

struct Look {
    std::string_view service;
    std::string_view letters;
    int hue;
};

// The busiest services get letters of their own and colours that lie far apart; the others get both by their name.
constexpr std::array<Look, 14> known = {{{"git", "Gi", 1},
                                         {"bodhi", "Bo", 9},
                                         {"buildsys", "Bu", 4},
                                         {"copr", "Co", 6},
                                         {"pagure", "Pa", 11},
                                         {"fas", "Fa", 7},
                                         {"wiki", "Wi", 3},
                                         {"bugzilla", "Bz", 0},
                                         {"github", "Gh", 10},
                                         {"planet", "Pl", 2},
                                         {"logger", "Lo", 5},
                                         {"announce", "An", 8},
                                         {"compose", "Cm", 3},
                                         {"fedbadges", "Ba", 5}}};

const Look* known_look(std::string_view service) {
    const auto* found =
        std::find_if(known.begin(), known.end(), [&](const Look& look) { return look.service == service; });
    return found == known.end() ? nullptr : found;
}

std::string letters_of(std::string_view service) {
    if (const auto* look = known_look(service)) return std::string(look->letters);
    auto letters = std::string(code_point_prefix(service, 2));
    if (letters.empty()) return "?";
    if (letters[0] >= 'a' && letters[0] <= 'z') letters[0] = static_cast<char>(letters[0] - 'a' + 'A');
    return letters;
}

std::string chip_row(const std::vector<std::string>& words, std::string_view kind, std::string_view singular,
                     std::size_t most) {
    constexpr std::size_t most_bytes = 64;
    std::string out;
    for (std::size_t i = 0; i < std::min(words.size(), most); ++i)
        out += fmt::format("<bdi class=\"c {}\" title=\"{}\">{}</bdi>", kind, singular,
                           escape(shorten(words[i], most_bytes)));
    if (words.size() > most) out += fmt::format("<span class=\"more\">+{} {}s</span>", words.size() - most, singular);
    return out;
}

}  // namespace

int hue_of(std::string_view service) {
    if (const auto* look = known_look(service)) return look->hue;
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : service) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return static_cast<int>(hash % hues);
}

std::string badge(std::string_view service) {
    return fmt::format("<span class=\"b h{}\" aria-hidden=\"true\">{}</span>", hue_of(service),
                       escape(letters_of(service)));
}

std::string chips(const Line& line, std::size_t most) {
    return chip_row(line.packages, "p", "package", most) + chip_row(line.usernames, "u", "user", most);
}

std::string time_element(SystemTime time, std::string_view shown) {
    return fmt::format("<time datetime=\"{}\" title=\"{}\">{}</time>", iso_time(time), full_time(time), shown);
}

}  // namespace fedmsgbot
