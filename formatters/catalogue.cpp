#include "formatters/catalogue.h"

#include "bot/core/text.h"
#include "formatters/fallback.h"
#include "formatters/line_maker.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_shape_bytes = 400;
constexpr std::size_t max_example_bytes = 400;

std::string shape_of(const RuleFile& file, const Rule& rule) {
    if (rule.is_silent) return "(nothing is said)";
    if (!rule.text) return "(what a later rule says, with other fields)";
    tmpl::ShapeContext context(file.scope, file.named);
    return clean_line(rule.text->shape(context).text(), max_shape_bytes);
}

void add_example(TopicEntry& entry, const RuleFile& file, const Rule& rule) {
    if (rule.examples.empty() || !rule.text) return;
    const auto& example = rule.examples.front();
    const auto message = Message::parse(example.message);
    if (!message) return;
    LineMaker maker;
    maker.begin(*message, example.accounts);
    const auto line = maker.make(file, rule, TopicNames(message->topic()), LineParts::sentence);
    entry.example = clean_line(line.text.empty() ? fallback_line(*message).text : line.text, max_example_bytes);
    entry.link = line.link;
}

}  // namespace

TopicEntry catalogue_entry(const RuleFile& file, const Rule& rule) {
    TopicEntry entry;
    entry.service = clean_line(file.service.empty() ? file.name.substr(0, file.name.find('.')) : file.service, 100);
    for (const auto& pattern : rule.topics) entry.topics.push_back(clean_line(pattern.text()));
    entry.rule = clean_line(rule.name);
    entry.shape = shape_of(file, rule);
    add_example(entry, file, rule);
    return entry;
}

}  // namespace fedmsgbot
