#include "formatters/example_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fedmsgbot {

namespace {

const std::string& text_field(const Line& line, std::string_view field) {
    if (field == "title") return line.title;
    if (field == "link") return line.link;
    if (field == "icon") return line.icon;
    if (field == "secondary_icon") return line.secondary_icon;
    if (field == "agent") return line.agent;
    if (field == "long_form") return line.long_form;
    return line.text;
}

const std::vector<std::string>& list_field(const Line& line, std::string_view field) {
    if (field == "usernames") return line.usernames;
    if (field == "packages") return line.packages;
    return line.objects;
}

}  // namespace

Problems check_example(const Example& example, const std::string& rule, const Line& line) {
    if (line.rule != rule) return {{example.where, fmt::format("this example of {} is taken by {}", rule, line.rule)}};
    Problems problems;
    for (const auto& text : example.texts)
        if (const auto& got = text_field(line, text.field); got != text.wanted)
            problems.push_back(
                {text.where, fmt::format("{} is\n    {}\ninstead of\n    {}", text.field, got, text.wanted)});
    for (const auto& list : example.lists)
        if (const auto& got = list_field(line, list.field); got != list.wanted)
            problems.push_back({list.where, fmt::format("{} is\n    [{}]\ninstead of\n    [{}]", list.field,
                                                        fmt::join(got, ", "), fmt::join(list.wanted, ", "))});
    return problems;
}

}  // namespace fedmsgbot
