#include "bridges/microblog/post_style.h"

#include <algorithm>

namespace fedmsgbot {

namespace {

// Of a list the places inside its strings are not known: that of the string has to do.
tmpl::Locate at(Position where) {
    return [where = std::move(where)](std::size_t) { return where; };
}

const tmpl::LineTemplate& usual_post() {
    static const auto compiled = tmpl::LineTemplate::compile("{{ text }} {{ link }}", at({})).value();
    return compiled;
}

std::vector<tmpl::LineTemplate> read_tags(Table& table) {
    std::vector<tmpl::LineTemplate> tags;
    const auto texts = table.texts("tags");
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto where = table.where_element("tags", i);
        auto tag = tmpl::LineTemplate::compile(texts[i], at(where));
        if (!tag)
            table.fail(where, tag.problems().front().text);
        else if (texts[i].find("{") == std::string::npos && hashtag(texts[i]).empty())
            table.fail(where, "a tag is a word with letters, like \"fedora\"");
        else
            tags.push_back(std::move(tag).value());
    }
    return tags;
}

}  // namespace

PostStyle::PostStyle() : post(usual_post()) {}

std::optional<tmpl::LineTemplate> read_line_template(Table& table, std::string_view key) {
    if (!table.has(key)) return std::nullopt;
    const auto source = table.text(key, "");
    auto compiled = tmpl::LineTemplate::compile(source, [&](std::size_t offset) { return table.where(key, offset); });
    if (compiled) return std::move(compiled).value();
    const auto& problem = compiled.problems().front();
    table.fail(problem.where, problem.text);
    return std::nullopt;
}

PostStyle read_post_style(Table& table) {
    PostStyle style;
    if (auto post = read_line_template(table, "post")) style.post = std::move(*post);
    style.tags = read_tags(table);
    if (table.choice("mentions", {"strip", "interrupt"}) == "interrupt") style.mentions = Mentions::interrupt;
    if (table.choice("long", {"cut", "thread"}) == "thread") style.too_long = PostStyle::TooLong::thread;
    style.most_characters = static_cast<std::size_t>(table.number("max_characters", 0, 100, 1'000'000));
    return style;
}

LineParts microblog_shows(Table& table) {
    const auto style = read_post_style(table);
    const auto warning = read_line_template(table, "content_warning");
    const auto reads_all = [](const tmpl::LineTemplate& part) { return part.reads() == LineParts::all; };
    const bool needs_all = reads_all(style.post) || (warning && reads_all(*warning)) ||
                           std::any_of(style.tags.begin(), style.tags.end(), reads_all);
    return needs_all ? LineParts::all : LineParts::sentence;
}

}  // namespace fedmsgbot
