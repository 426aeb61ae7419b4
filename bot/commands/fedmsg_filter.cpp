#include "bot/commands/fedmsg_filter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "bot/core/regex.h"
#include "bot/core/topic.h"

namespace fedmsgbot {

namespace {

// How the lookahead is written around what is wanted. Where it stands before each character, the alternatives need no
// group; behind `.*` only the first of them would be looked for.
struct Whitelist {
    std::string_view before, after;
    bool needs_group;
};
constexpr std::array<Whitelist, 6> whitelists = {{{"^((?!", ").)*$", false},
                                                  {"^(?:(?!", ").)*$", false},
                                                  {"^((?!", ").)+$", false},
                                                  {"^(?!.*", ").*$", true},
                                                  {"^(?!.*", ").+$", true},
                                                  {"^(?!.*", ")", true}}};

// Where the alternatives of an expression end, at its top level; nothing where brackets do not match.
std::optional<std::vector<std::size_t>> bars(std::string_view text) {
    std::vector<std::size_t> found;
    int depth = 0;
    bool is_in_class = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\\') {
            ++at;
        } else if (is_in_class) {
            is_in_class = c != ']';
        } else if (c == '[') {
            is_in_class = true;
            if (text.substr(at + 1, 2) == "^]") ++at;
            if (text.substr(at + 1, 1) == "]") ++at;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            if (--depth < 0) return std::nullopt;
        } else if (c == '|' && depth == 0) {
            found.push_back(at);
        }
    }
    if (depth != 0 || is_in_class) return std::nullopt;
    return found;
}

// Without the brackets around the whole of it.
std::string_view ungrouped(std::string_view text) {
    for (;;) {
        const std::size_t open = text.starts_with("(?:") ? 3 : text.starts_with('(') && !text.starts_with("(?") ? 1 : 0;
        if (open == 0 || !text.ends_with(')')) return text;
        const auto inner = text.substr(open, text.size() - open - 1);
        if (inner.ends_with('\\') || !bars(inner)) return text;
        text = inner;
    }
}

std::vector<std::string> alternatives(std::string_view text) {
    std::vector<std::string> found;
    std::size_t begin = 0;
    auto ends = bars(text).value();
    ends.push_back(text.size());
    for (const auto end : ends) {
        const std::string one(text.substr(begin, end - begin));
        if (std::find(found.begin(), found.end(), one) == found.end()) found.push_back(one);
        begin = end + 1;
    }
    return found;
}

// Where Python and RE2 read an expression both, and not alike.
bool is_read_otherwise(std::string_view text) {
    for (const auto* part : {"{,", "[[:", "\\Q", "\\C", "\\p", "\\P", "\\z"})
        if (text.find(part) != std::string_view::npos) return true;
    return false;
}

FedmsgFilter made(FedmsgFilter::Kind kind, std::vector<std::string> expressions) {
    for (const auto& expression : expressions)
        if (is_read_otherwise(expression) || !Regex::compile(expression))
            return {FedmsgFilter::Kind::unknown, {}, "RE2 has no such expression, or reads it otherwise"};
    return {kind, std::move(expressions), {}};
}

}  // namespace

FedmsgFilter read_fedmsg_filter(std::string_view expression) {
    const std::string flags = expression.starts_with("(?i)") ? "(?i)" : "";
    const auto bare = expression.substr(flags.size());
    for (const auto& [before, after, needs_group] : whitelists) {
        if (bare.size() < before.size() + after.size() || !bare.starts_with(before) || !bare.ends_with(after)) continue;
        const auto inner = bare.substr(before.size(), bare.size() - before.size() - after.size());
        const auto ends = bars(inner);
        if (!ends || inner.ends_with('\\') || (needs_group && !ends->empty())) continue;
        auto wanted = alternatives(ungrouped(inner));
        for (auto& one : wanted) one.insert(0, flags);
        return made(FedmsgFilter::Kind::wants, std::move(wanted));
    }
    return made(FedmsgFilter::Kind::hides, {std::string(expression)});
}

std::vector<std::string> word_patterns(const std::vector<std::string>& expressions) {
    std::vector<std::string> patterns;
    for (auto words : expressions) {
        for (auto at = words.find("\\."); at != std::string::npos; at = words.find("\\.")) words.erase(at, 1);
        while (words.starts_with('.')) words.erase(0, 1);
        while (words.ends_with('.')) words.pop_back();
        const bool is_plain = !words.empty() && std::all_of(words.begin(), words.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                   c == '_';
        });
        const auto pattern = "#." + words + ".#";
        if (!is_plain || !TopicPattern::parse(pattern)) return {};
        patterns.push_back(pattern);
    }
    return patterns;
}

}  // namespace fedmsgbot
