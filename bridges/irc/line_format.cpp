#include "bridges/irc/line_format.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::array<std::string_view, 16> color_names = {
    "white",  "black",       "blue", "green",      "red",        "brown", "purple", "orange",
    "yellow", "light green", "teal", "light cyan", "light blue", "pink",  "grey",   "light grey"};

constexpr std::string_view ellipsis = "...";
constexpr std::string_view continuation = "... ";
constexpr std::string_view quotation = "| ";
constexpr std::string_view no_link = "(its link is too long for IRC)";
constexpr std::size_t max_title = 80;
constexpr std::size_t max_topic = 200;

// Two digits always, or a digit of the text would become part of the code; likewise a comma would begin a background
// colour, so an empty bold stands before it.
std::string colored(std::string_view text, int color) {
    const std::string_view guard = text.starts_with(',') ? "\x02\x02" : "";
    return fmt::format("\x03{:02}{}{}\x0f", color, guard, text);
}

int color_of(const std::map<std::string, int>& palette, const std::string& key) {
    const auto found = palette.find(key);
    if (found != palette.end()) return found->second;
    const auto fallback = palette.find("default");
    return fallback == palette.end() ? 15 : fallback->second;
}

struct Parts {
    std::string head;  // title and dashes
    std::string text;
    std::string link;
};

Parts parts_of(const Line& line, const LineStyle& style, std::size_t room, std::string_view topic) {
    Parts parts{{}, clean_line(line.text), clean_link(line.link)};
    auto title = topic.empty() ? clean_line(line.title, max_title) : clean_line(topic, std::min(max_topic, room / 2));
    if (parts.text.empty()) parts.text = std::exchange(title, {});
    if (parts.text.empty()) parts.text = "(nothing)";
    const bool has_colors = style.colors && style.form != LineForm::plain;
    if (!title.empty())
        parts.head = (has_colors ? colored(title, color_of(style.palette, line.service)) : title) + " -- ";
    if (!parts.link.empty() && has_colors) parts.link = colored(parts.link, color_of(style.palette, "link"));
    if (parts.link.size() > room) parts.link = no_link;
    return parts;
}

std::string_view without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

std::vector<std::string> sentence(const Parts& parts, int max_lines, std::size_t room) {
    const std::string tail = parts.link.empty() ? std::string{} : " " + parts.link;
    std::vector<std::string> lines;
    std::string current = parts.head;
    std::string_view rest = parts.text;
    for (int left = max_lines;; --left) {
        if (current.size() + rest.size() + tail.size() <= room) {
            lines.push_back(current.append(rest).append(tail));
            return lines;
        }
        const bool only_link_is_too_much = current.size() + rest.size() <= room;
        if (only_link_is_too_much && left > 1) {
            lines.push_back(current + std::string(rest));
            lines.push_back(parts.link);
            return lines;
        }
        if (left <= 1) break;
        const auto part = word_prefix(rest, room - current.size());
        lines.push_back(current + std::string(part));
        rest = without_leading_blanks(rest.substr(part.size()));
        current = continuation;
    }
    // The last line: the text gives way to the link, as long as some of it is left to read.
    constexpr std::size_t least_text = 20;
    const auto taken = current.size() + ellipsis.size() + tail.size();
    const bool link_fits = taken + least_text <= room;
    const auto space = link_fits ? room - taken : room - current.size() - ellipsis.size();
    if (link_fits || current.size() + rest.size() > room)
        lines.push_back(current + std::string(word_prefix(rest, space)) + std::string(ellipsis));
    else
        lines.push_back(current + std::string(rest));
    if (link_fits)
        lines.back() += tail;
    else if (!parts.link.empty())
        lines.push_back(parts.link);
    return lines;
}

// The long form, line by line; what is left over is shown by an ellipsis.
void add_long_form(std::vector<std::string>& lines, const Line& line, int max_lines, std::size_t room) {
    const auto text = clean_block(line.long_form);
    std::string_view rest = text;
    for (int left = max_lines; left > 0 && !rest.empty();) {
        const auto raw = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(raw.size() + 1, rest.size()));
        const auto words = clean_line(raw);
        if (words.empty()) continue;
        --left;
        const bool is_cut = left == 0 && rest.find_first_not_of(" \n\r\t") != std::string_view::npos;
        const auto space = room - quotation.size() - ellipsis.size();
        const bool fits = words.size() <= space && !is_cut;
        lines.push_back(std::string(quotation) +
                        std::string(fits ? std::string_view(words) : word_prefix(words, space)) +
                        std::string(fits ? std::string_view{} : ellipsis));
    }
}

}  // namespace

int readable_color(int color) {
    static constexpr std::array<int, 16> readable = {14, 14, 12, 3, 4, 4, 6, 7, 7, 3, 10, 10, 12, 13, 14, 14};
    return readable.at(static_cast<std::size_t>(color));
}

std::optional<int> irc_color(std::string_view name) {
    const auto found = std::find(color_names.begin(), color_names.end(), name);
    if (found == color_names.end()) return std::nullopt;
    return static_cast<int>(found - color_names.begin());
}

const std::vector<std::string>& irc_color_names() {
    static const std::vector<std::string> names(color_names.begin(), color_names.end());
    return names;
}

std::map<std::string, int> LineStyle::default_palette() {
    return {{"fas", 12},   {"bodhi", 3},    {"git", 4},    {"fedoratagger", 5}, {"wiki", 6}, {"logger", 7},
            {"pkgdb", 10}, {"buildsys", 8}, {"planet", 9}, {"default", 15},     {"link", 10}};
}

std::vector<std::string> format_line(const Line& line, const LineStyle& style, std::size_t room,
                                     std::string_view topic) {
    assert(room >= 100);
    const bool is_full = style.form == LineForm::full;
    const auto max_lines = std::max(style.max_lines, 1);
    auto lines = sentence(parts_of(line, style, room, is_full ? topic : std::string_view{}), max_lines, room);
    if (is_full) add_long_form(lines, line, max_lines, room);
    return lines;
}

}  // namespace fedmsgbot
