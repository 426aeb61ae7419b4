#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bot/core/line.h"
#include "bridges/microblog/post_text.h"
#include "config/reader.h"
#include "formatters/template/line_template.h"

namespace fedmsgbot {

// How an operator wants the posts of a microblog to read, whatever its kind. A value.
struct PostStyle {
    enum class TooLong {
        cut,     // at a word's end, the link whole
        thread,  // goes on in replies
    };

    PostStyle();

    tmpl::LineTemplate post;  // the sentence and its link where nothing is said
    std::vector<tmpl::LineTemplate> tags{};
    std::optional<tmpl::LineTemplate> warning{};  // for kinds that know such a thing
    Mentions mentions = Mentions::strip;
    TooLong too_long = TooLong::cut;
    std::size_t most_characters = 0;  // fewer than the server allows; zero: as many
};

// The keys `post`, `tags`, `mentions`, `long` and `max_characters`. Mistakes go to the table's problems.
PostStyle read_post_style(Table& table);

// A template in the table; nothing where the key is missing, or wrong, and then told.
std::optional<tmpl::LineTemplate> read_line_template(Table& table, std::string_view key);

// What a bridge with such a table needs of a line.
LineParts microblog_shows(Table& table);

}  // namespace fedmsgbot
