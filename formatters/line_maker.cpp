#include "formatters/line_maker.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/sentence.h"
#include "formatters/template/filter.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_text_bytes = 16 * 1024;
constexpr std::size_t max_long_form_bytes = 64 * 1024;
constexpr std::size_t max_title_bytes = 512;
constexpr std::size_t max_name_bytes = 512;  // of a user, a package, an object
constexpr std::size_t max_names = 2000;      // in a list of them

// The words that both titles begin with; at least the service.
std::string common_title(std::string_view a, std::string_view b) {
    std::size_t end = 0;
    for (std::size_t n = 0; n <= std::min(a.size(), b.size()); ++n) {
        const bool a_ends = n == a.size() || a[n] == '.', b_ends = n == b.size() || b[n] == '.';
        if (a_ends && b_ends) end = n;
        if (n == a.size() || n == b.size() || a[n] != b[n]) break;
    }
    return std::string(a.substr(0, end == 0 ? a.find('.') : end));
}

// Both are sorted, without repeats.
void unite(std::vector<std::string>& names, const std::vector<std::string>& more) {
    std::vector<std::string> all;
    std::set_union(names.begin(), names.end(), more.begin(), more.end(), std::back_inserter(all));
    if (all.size() > max_names) all.resize(max_names);
    names = std::move(all);
}

void add_sentence(const Line& line, std::string& long_form) {
    const auto sentence = fmt::format("{}{}{}\n", line.text, line.link.empty() ? "" : " ", line.link);
    if (long_form.size() + sentence.size() <= max_long_form_bytes) long_form += sentence;
}

}  // namespace

TopicNames::TopicNames(std::string_view topic)
    : service(clean_line(topic_service(topic), max_name_bytes)),
      title(clean_line(topic_title(topic), max_title_bytes)) {}

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
    const auto count = file.named.size() + 1;  // and `count`
    if (named_values_.size() < count) named_values_.resize(count);
    ++context_.generation;
    context_.named = file.named;
    context_.named_values = named_values_;
}

bool LineMaker::holds(const RuleFile& file, const tmpl::NodePtr& when) {
    if (!when) return true;
    enter(file);
    return when->evaluate(context_).is_true();
}

Line LineMaker::make(const RuleFile& file, const Rule& rule, const TopicNames& names, LineParts parts) {
    Line line;
    line.service = names.service;
    if (!rule.title) line.title = names.title;
    line.is_silent = rule.is_silent;
    amend(file, rule, parts, line);
    return line;
}

void LineMaker::amend(const RuleFile& file, const Rule& rule, LineParts parts, Line& line) {
    enter(file);
    line.rule = rule.name;
    if (rule.title) line.title = clean_line(rendered(*rule.title, max_text_bytes), max_title_bytes);
    if (rule.text)
        if (auto text = sentence(rendered(*rule.text, max_text_bytes)); !text.empty()) line.text = std::move(text);
    if (rule.link) line.link = clean_link(rendered(*rule.link, max_text_bytes));
    if (parts == LineParts::sentence) return;
    if (rule.icon) line.icon = clean_link(rendered(*rule.icon, max_text_bytes));
    if (rule.secondary_icon) line.secondary_icon = clean_link(rendered(*rule.secondary_icon, max_text_bytes));
    if (rule.agent) line.agent = clean_line(rendered(*rule.agent, max_text_bytes), max_name_bytes);
    if (rule.long_form)
        line.long_form = clean_block(rendered(*rule.long_form, max_long_form_bytes), max_long_form_bytes);
    if (rule.usernames) line.usernames = listed(*rule.usernames);
    if (rule.packages) line.packages = listed(*rule.packages);
    if (rule.objects) line.objects = listed(*rule.objects);
}

std::string LineMaker::condense_key(const RuleFile& file, const CondenseRule& rule) {
    enter(file);
    const auto value = rule.by->evaluate(context_);
    std::string key;
    bool is_whole = !value.is_nothing();
    each(value, context_.arena, [&](const tmpl::Value& part) {
        const auto text = context_.text_of(part);
        is_whole = is_whole && !part.is_nothing() && !text.empty();
        key.append(text).push_back('\x1f');
        return is_whole;
    });
    return is_whole ? key : std::string();
}

// Leaves the names as the newest message has them, but for those that are lists, and `count`.
void LineMaker::list_values(const RuleFile& file, const CondenseRule& rule, std::span<const Member> members) {
    std::vector<std::vector<tmpl::Value>> lists(rule.listed.size());
    for (const auto& member : members) {
        context_.follow(*member.message);
        file_ = nullptr;
        enter(file);
        for (std::size_t n = 0; n < lists.size(); ++n)
            lists[n].push_back(file.named[rule.listed[n]]->evaluate(context_));
    }
    for (std::size_t slot = 0; slot < file.named.size(); ++slot)
        named_values_[slot] = {file.named[slot]->evaluate(context_), context_.generation};
    for (std::size_t n = 0; n < lists.size(); ++n) {
        context_.items = lists[n];
        named_values_[rule.listed[n]] = {context_.kept_list(), context_.generation};
    }
    named_values_[file.named.size()] = {tmpl::Value(static_cast<std::int64_t>(members.size())), context_.generation};
}

Line LineMaker::condense(const RuleFile& file, const CondenseRule& rule, std::span<const Member> members,
                         const Accounts& accounts) {
    begin(*members.front().message, accounts);
    list_values(file, rule, members);
    Line line = *members.back().line;
    line.rule = rule.name;
    line.text = sentence(rendered(*rule.text, max_text_bytes));
    if (rule.link) line.link = clean_link(rendered(*rule.link, max_text_bytes));
    if (rule.icon) line.icon = clean_link(rendered(*rule.icon, max_text_bytes));
    if (rule.secondary_icon) line.secondary_icon = clean_link(rendered(*rule.secondary_icon, max_text_bytes));
    if (rule.agent) line.agent = clean_line(rendered(*rule.agent, max_text_bytes), max_name_bytes);
    line.long_form.clear();
    for (const auto& member : members) {
        line.title = common_title(line.title, member.line->title);
        if (!rule.agent && member.line->agent != line.agent) line.agent.clear();
        for (const auto list : {&Line::usernames, &Line::packages, &Line::objects})
            unite(line.*list, member.line->*list);
        add_sentence(*member.line, line.long_form);
    }
    line.long_form.pop_back();
    return line;
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

std::string LineMaker::avatar(std::string_view account) { return avatars_.of_account(account) + "?s=64&d=retro"; }

}  // namespace fedmsgbot
