#include "bot/commands/tail_view.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/text.h"
#include "bot/flow/glob.h"

namespace fedmsgbot {

namespace {

bool any_fits(const std::vector<std::string>& globs, const std::vector<std::string>& values) {
    return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
               return std::any_of(values.begin(), values.end(),
                                  [&](const auto& value) { return matches_glob(glob, value); });
           });
}

std::string sentence(const Line& line, Colors colors) {
    const auto title = colors == Colors::ansi ? fmt::format("\x1b[36m{}\x1b[0m", line.title) : line.title;
    if (line.is_silent) return fmt::format("{} -- (silent)", title);
    return fmt::format("{} -- {}{}{}", title, line.text, line.link.empty() ? "" : " ", line.link);
}

// Brackets behind the sentence: `[signed by X]`, or what is wrong.
std::string remark(const Verdict& verdict, Colors colors) {
    const auto text = verdict.is_valid() ? fmt::format("[signed by {}]", clean_line(verdict.detail, 200))
                                         : fmt::format("[{}]", clean_line(describe(verdict), 400));
    if (colors == Colors::none) return " " + text;
    return fmt::format(" \x1b[{}m{}\x1b[0m", verdict.is_valid() ? "32" : "31;1", text);
}

JsonView found(JsonView value, std::string_view path) {
    while (!path.empty()) {
        const auto word = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), word.size() + 1));
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
        const bool is_index = error == std::errc{} && end == word.data() + word.size();
        value = value.is_array() && is_index ? value.at(index) : value[word];
    }
    return value;
}

std::string answer(JsonView value) {
    if (value.is_text()) return clean_line(value.text(), 65536);
    return value.is_missing() ? "null" : one_line_json(value.dump());
}

std::string answers(const std::vector<std::string>& query, JsonView envelope) {
    std::string out;
    for (const auto& path : query) out += (&path == &query.front() ? "" : ", ") + answer(found(envelope, path));
    return out;
}

// As a last member of the message, since that is what a reader of JSON finds.
std::string with_verdict(std::string json, const Verdict& verdict, Colors colors) {
    const nlohmann::json trust = {
        {"trust", {{"valid", verdict.is_valid()}, {"reason", verdict.reason}, {"detail", verdict.detail}}}};
    const auto member = JsonDocument::parse(trust.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    const auto text = pretty_json(member->root(), colors);
    if (!json.ends_with("\n}")) return json;
    return json.substr(0, json.size() - 2) + "," + text.substr(1);
}

}  // namespace

bool TailView::wants(const Message& message, const Line& line) const {
    if (!wants_topic(message.topic()) || !any_fits(users, line.usernames) || !any_fits(packages, line.packages))
        return false;
    if (include.empty() && exclude.empty()) return true;
    const auto text = sentence(line, Colors::none);
    const auto finds = [&](const Regex& one) { return one.search(text) || one.search(message.bytes()); };
    return (include.empty() || std::any_of(include.begin(), include.end(), finds)) &&
           std::none_of(exclude.begin(), exclude.end(), finds);
}

std::string TailView::shown(const Message& message, const Line& line, const Verdict* verdict) const {
    switch (form) {
        case Form::sentence:
            return sentence(line, colors) + (verdict ? remark(*verdict, colors) : "");
        case Form::json: {
            auto json = pretty_json(message.envelope(), colors);
            return verdict ? with_verdict(std::move(json), *verdict, colors) : json;
        }
        case Form::raw:
            return one_line_json(message.bytes());
        case Form::query:
            return answers(query, message.envelope());
    }
    return {};
}

}  // namespace fedmsgbot
