#include "bridges/timeline/entry_parts.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "bridges/timeline/html.h"
#include "bridges/timeline/name_hash.h"
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

std::string_view title_of(FilterField field) { return field == FilterField::package ? "package" : "user"; }

std::string address(const FilterLinks& links, FilterField field, std::string_view value) {
    FilterTerm term;
    term.field = field;
    term.value = value;
    return links.to(links.filter.with(std::move(term)));
}

std::string chip_row(const std::vector<std::string>& words, FilterField field, std::string_view kind, std::size_t most,
                     const FilterLinks& links) {
    std::string out;
    for (std::size_t i = 0; i < std::min(words.size(), most); ++i)
        out += ' ' + filter_chip(links, field, words[i], kind);
    if (words.size() > most)
        out += fmt::format(" <span class=\"more\">+{} {}s</span>", words.size() - most, title_of(field));
    return out;
}

}  // namespace

std::string letters_of(std::string_view service) {
    if (const auto* look = known_look(service)) return std::string(look->letters);
    auto letters = std::string(code_point_prefix(service, 2));
    if (letters.empty()) return "?";
    if (letters[0] >= 'a' && letters[0] <= 'z') letters[0] = static_cast<char>(letters[0] - 'a' + 'A');
    return letters;
}

int hue_of(std::string_view service) {
    if (const auto* look = known_look(service)) return look->hue;
    return static_cast<int>(name_hash(service) % hues);
}

std::string badge(std::string_view service) {
    return fmt::format("<span class=\"b h{}\" aria-hidden=\"true\">{}</span>", hue_of(service),
                       escape(letters_of(service)));
}

// Its name begins with what is seen of it, for those who say what they want to press.
std::string badge(std::string_view service, const FilterLinks& links) {
    const auto name = escape(service);
    return fmt::format("<a class=\"b h{}\" href=\"{}\" title=\"{}\" aria-label=\"{letters}, only {}\">{letters}</a>",
                       hue_of(service), address(links, FilterField::category, service), name, name,
                       fmt::arg("letters", escape(letters_of(service))));
}

std::string chips(const Line& line, std::size_t most, const FilterLinks& links) {
    return chip_row(line.packages, FilterField::package, "p", most, links) +
           chip_row(line.usernames, FilterField::user, "u", most, links);
}

std::string filter_chip(const FilterLinks& links, FilterField field, std::string_view value, std::string_view kind) {
    constexpr std::size_t most_bytes = 64;
    return fmt::format("<a class=\"c {}\" href=\"{}\" title=\"{}\"><bdi>{}</bdi></a>", kind,
                       address(links, field, value), title_of(field), escape(shorten(value, most_bytes)));
}

std::string topic_link(const TimelineEntry& entry, std::string_view shown, const FilterLinks& links) {
    const auto topic = topic_title(entry.topic);
    // Strange topics are no patterns, and nothing would be found by them.
    if (!TopicPattern::parse(topic)) return fmt::format("<bdi class=\"t\">{}</bdi>", escape(shown));
    return fmt::format("<a class=\"t\" href=\"{}\"><bdi>{}</bdi></a>", address(links, FilterField::topic, topic),
                       escape(shown));
}

std::string time_element(SystemTime time, std::string_view shown) {
    return fmt::format("<time datetime=\"{}\" title=\"{}\">{}</time>", iso_time(time), full_time(time), shown);
}

}  // namespace fedmsgbot
