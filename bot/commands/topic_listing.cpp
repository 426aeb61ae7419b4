#include "bot/commands/topic_listing.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t columns = 100;

// `first` and the text, broken between words; the lines after the first are indented as far.
std::string field(std::string_view first, std::string_view text) {
    std::string out(first);
    std::size_t column = first.size();
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const auto width = code_points(word);
        const bool is_at_start = column == first.size();
        if (!is_at_start && column + 1 + width > columns) {
            out += fmt::format("\n{}{}", std::string(first.size(), ' '), word);
            column = first.size() + width;
        } else {
            out += fmt::format("{}{}", is_at_start ? "" : " ", word);
            column += width + (is_at_start ? 0 : 1);
        }
    }
    return out + "\n";
}

std::string plain(const TopicEntry& entry) {
    auto out = field("  ", fmt::format("{}", fmt::join(entry.topics, ", ")));
    if (!entry.shape.empty()) out += field("    shape   ", entry.shape);
    if (!entry.example.empty()) out += field("    example ", entry.example);
    if (!entry.link.empty()) out += field("    link    ", entry.link);
    return out + field("    rule    ", entry.rule);
}

// A code span, with more backticks around it than stand in it.
std::string code(std::string_view text) {
    std::size_t most = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        most = std::max(most, run);
    }
    const std::string ticks(most + 1, '`');
    const std::string_view gap = most > 0 ? " " : "";
    return fmt::format("{0}{1}{2}{1}{0}", ticks, gap, text);
}

// Every mark that could mean something, whether or not it does where it stands.
std::string literal(std::string_view text) {
    std::string out;
    // What begins a list, if it begins a line.
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits < text.size() &&
        std::string_view(digits > 0 ? ".)" : "-+=").find(text[digits]) != std::string_view::npos) {
        out = fmt::format("{}\\{}", text.substr(0, digits), text[digits]);
        text.remove_prefix(digits + 1);
    }
    for (const char c : text) {
        if (std::string_view("\\`*_[]<>#|~&!$").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string markdown(const TopicEntry& entry) {
    std::string topics;
    for (const auto& topic : entry.topics) topics += fmt::format("{}{}", topics.empty() ? "" : ", ", code(topic));
    // Two blanks would end a line as well, but nobody sees them and editors take them away.
    auto out = "- " + topics;
    if (!entry.shape.empty()) out += fmt::format("\\\n  {}", code(entry.shape));
    if (!entry.example.empty()) out += fmt::format("\\\n  {}", literal(entry.example));
    if (is_web_link(entry.link)) out += fmt::format(" ([link](<{}>))", entry.link);
    return out + "\n";
}

}  // namespace

std::string plain_listing(const TopicEntries& entries) {
    std::string out;
    for (const auto& service : by_service(entries)) {
        out += fmt::format("{}{}\n", out.empty() ? "" : "\n", service.service);
        for (const auto* entry : service.entries) out += "\n" + plain(*entry);
    }
    return out;
}

std::string json_listing(const TopicEntries& entries) {
    std::string out;
    for (const auto& entry : entries) {
        const auto text_or_null = [](const std::string& text) {
            return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
        };
        const nlohmann::ordered_json json = {{"service", entry.service},
                                             {"topics", entry.topics},
                                             {"rule", entry.rule},
                                             {"shape", entry.shape},
                                             {"example", text_or_null(entry.example)},
                                             {"link", text_or_null(entry.link)}};
        out += json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    return out;
}

std::string markdown_listing(const TopicEntries& entries) {
    const auto services = by_service(entries);
    auto out = fmt::format(
        "# All topics\n\n"
        "<!-- Written by `ninja -C build docs` (or `./run build`) from the rules: mend those, not this. -->\n\n"
        "What each rule makes of which messages: {} rules of {} services. Below the topic patterns stand the shape of "
        "the\n"
        "sentence and an example of it. In a shape, `<name>` is what the message says, `{{a|b}}` is one of several, "
        "`[a]`\n"
        "may be missing, and `...` goes on in the same way. `fedmsgbot topics PATTERN` prints a part of this, and the\n"
        "timeline has it as a page, `/topics`. How rules are written: [rules.md](rules.md).\n",
        entries.size(), services.size());
    for (const auto& service : services) {
        out += fmt::format("\n## {}\n\n", literal(service.service));
        for (const auto* entry : service.entries) out += markdown(*entry);
    }
    return out;
}

}  // namespace fedmsgbot
