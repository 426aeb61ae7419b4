#include "formatters/line_maker.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/template/filter.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_text_bytes = 16 * 1024;
constexpr std::size_t max_long_form_bytes = 64 * 1024;
constexpr std::size_t max_title_bytes = 512;
constexpr std::size_t max_name_bytes = 512;  // of a user, a package, an object
constexpr std::size_t max_names = 2000;      // in a list of them

}  // namespace

void LineMaker::begin(const Message& message, const Accounts& accounts) {
    context_.start(message);
    context_.accounts = &accounts;
    context_.avatars = &avatars_;
    file_ = nullptr;
}

// Named expressions keep their values as long as the rules tried are of one file.
void LineMaker::enter(const RuleFile& file) {
    if (file_ == &file) return;
    file_ = &file;
    named_values_.assign(file.named.size(), {});
    context_.named = file.named;
    context_.named_values = named_values_;
}

bool LineMaker::holds(const RuleFile& file, const Rule& rule) {
    if (!rule.when) return true;
    enter(file);
    return rule.when->evaluate(context_).is_true();
}

Line LineMaker::make(const RuleFile& file, const Rule& rule) {
    const std::string& topic = context_.message->topic();
    Line line;
    line.service = clean_line(topic_service(topic), max_name_bytes);
    if (!rule.title) line.title = clean_line(topic_title(topic), max_title_bytes);
    line.is_silent = rule.is_silent;
    amend(file, rule, line);
    return line;
}

void LineMaker::amend(const RuleFile& file, const Rule& rule, Line& line) {
    enter(file);
    line.rule = rule.name;
    if (rule.title) line.title = clean_line(rendered(*rule.title, max_text_bytes), max_title_bytes);
    if (rule.text)
        if (auto text = clean_line(rendered(*rule.text, max_text_bytes)); !text.empty()) line.text = std::move(text);
    if (rule.link) line.link = clean_link(rendered(*rule.link, max_text_bytes));
    if (rule.icon) line.icon = clean_link(rendered(*rule.icon, max_text_bytes));
    if (rule.secondary_icon) line.secondary_icon = clean_link(rendered(*rule.secondary_icon, max_text_bytes));
    if (rule.agent) line.agent = clean_line(rendered(*rule.agent, max_text_bytes), max_name_bytes);
    if (rule.long_form)
        line.long_form = clean_block(rendered(*rule.long_form, max_long_form_bytes), max_long_form_bytes);
    if (rule.usernames) line.usernames = listed(*rule.usernames);
    if (rule.packages) line.packages = listed(*rule.packages);
    if (rule.objects) line.objects = listed(*rule.objects);
}

// Valid until the next call.
std::string_view LineMaker::rendered(const tmpl::Template& part, std::size_t most_bytes) {
    out_.clear();
    part.render(context_, out_, most_bytes);
    return out_;
}

std::vector<std::string> LineMaker::listed(const tmpl::Node& part) {
    std::vector<std::string> names;
    flatten(context_, part.evaluate(context_));
    const auto items = context_.kept_list().list();
    names.reserve(std::min(items.size(), max_names));
    for (const auto& item : items) {
        auto name = clean_line(context_.text_of(item), max_name_bytes);
        if (!name.empty()) names.push_back(std::move(name));
        if (names.size() == max_names) break;
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string LineMaker::avatar(std::string_view account) {
    return fmt::format("https://seccdn.libravatar.org/avatar/{}?s=64&d=retro", avatars_.hash_of_account(account));
}

}  // namespace fedmsgbot
