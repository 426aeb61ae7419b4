#include "bot/core/mark.h"

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"

namespace fedmsgbot {

namespace {

// In the place of the rule that said a line. A rule's name has a colon, so none can be taken for one of these.
constexpr std::string_view unsigned_mark = "unsigned", invalid_mark = "invalid";

constexpr std::size_t most_title = 200;

}  // namespace

Line marked_line(const Message& message) {
    const bool is_invalid = message.arrival().trust == Trust::invalid;
    Line line;
    line.rule = is_invalid ? invalid_mark : unsigned_mark;
    line.service = clean_line(topic_service(message.topic()), most_title);
    line.title = clean_line(topic_title(message.topic()), most_title);
    line.text = is_invalid ? "(invalid signature!)" : "(unsigned)";
    return line;
}

std::string_view mark_of(const Line& line) {
    if (line.rule == unsigned_mark) return unsigned_mark;
    return line.rule == invalid_mark ? invalid_mark : std::string_view();
}

std::string headline(const Line& line) {
    return mark_of(line).empty() ? line.text : fmt::format("{} -- {}", line.title, line.text);
}

}  // namespace fedmsgbot
