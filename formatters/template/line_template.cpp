#include "formatters/template/line_template.h"

#include <array>
#include <vector>

#include "bot/core/mark.h"
#include "formatters/template/context.h"
#include "formatters/template/people.h"
#include "formatters/template/scope.h"

namespace fedmsgbot::tmpl {

namespace {

constexpr std::size_t most_bytes = 256 * 1024;  // a long form alone may have a quarter of it

// A name's place here is its slot. Those of a sentence stand first, so that a template that needs no more can be told
// by compiling it with these alone.
constexpr std::array names = {"text",           "link",  "title",     "service",   "rule",     "icon",
                              "secondary_icon", "agent", "long_form", "usernames", "packages", "objects"};
constexpr std::size_t names_of_a_sentence = 5;

Scope make_scope(std::size_t count) {
    Scope scope;
    scope.named.assign(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count));
    return scope;
}

const Scope& whole_scope() {
    static const Scope scope = make_scope(names.size());
    return scope;
}

const Scope& sentence_scope() {
    static const Scope scope = make_scope(names_of_a_sentence);
    return scope;
}

std::vector<Value> values_of(const std::vector<std::string>& texts) {
    std::vector<Value> values;
    for (const auto& text : texts) values.emplace_back(std::string_view(text));
    return values;
}

}  // namespace

LineTemplate::LineTemplate(Template compiled, LineParts reads)
    : template_(std::make_shared<const Template>(std::move(compiled))), reads_(reads) {}

Result<LineTemplate> LineTemplate::compile(std::string_view source, const Locate& locate) {
    auto compiled = Template::compile(source, whole_scope(), locate);
    if (!compiled) return compiled.problems();
    const bool is_of_sentence = Template::compile(source, sentence_scope(), locate).has_value();
    return LineTemplate(std::move(compiled).value(), is_of_sentence ? LineParts::sentence : LineParts::all);
}

std::string LineTemplate::render(const Message& message, const Line& line) const {
    static const Accounts nobody;
    Avatars avatars;
    Context context;
    context.start(message);
    context.accounts = &nobody;
    context.avatars = &avatars;
    const std::string text = headline(line);
    const auto usernames = values_of(line.usernames), packages = values_of(line.packages),
               objects = values_of(line.objects);
    const auto known = [&](std::string_view part) { return NamedValue{Value(part), context.generation}; };
    const auto listed = [&](const std::vector<Value>& list) {
        return NamedValue{Value(std::span<const Value>(list)), context.generation};
    };
    // In the order of `names`. All are known, so nobody looks for the expressions behind them.
    std::array<NamedValue, names.size()> values = {
        known(text),           known(line.link),  known(line.title),          known(line.service),
        known(line.rule),      known(line.icon),  known(line.secondary_icon), known(line.agent),
        known(line.long_form), listed(usernames), listed(packages),           listed(objects)};
    context.named_values = values;
    std::string out;
    template_->render(context, out, most_bytes);
    return out;
}

}  // namespace fedmsgbot::tmpl
