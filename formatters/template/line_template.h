#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bot/core/line.h"
#include "bot/core/message.h"
#include "bot/core/result.h"
#include "formatters/template/template.h"

namespace fedmsgbot::tmpl {

// How somebody words a line that is there already: a template in the language of the rules, in which the line's parts
// are names (text, link, title, service, rule, icon, secondary_icon, agent, long_form, usernames, packages, objects)
// beside what rules have of the message (msg, topic, words, ...). `text` is the sentence, of a marked line with its
// title. A value; copies share what was compiled.
class LineTemplate {
public:
    // Problems: one, with its place, as for any template.
    static Result<LineTemplate> compile(std::string_view source, const Locate& locate);

    // Total, as every template; at most 256 KiB. As it comes: who posts it cleans it.
    std::string render(const Message& message, const Line& line) const;

    // What it needs of a line.
    LineParts reads() const { return reads_; }

private:
    LineTemplate(Template compiled, LineParts reads);

    std::shared_ptr<const Template> template_;
    LineParts reads_;
};

}  // namespace fedmsgbot::tmpl
