#include "formatters/line_maker.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "formatters/line_limits.h"
#include "formatters/template/filter.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_text_bytes = 16 * 1024;

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

// Each member's own sentence; where they are too many, how many more there are.
std::string sentences(std::span<const LineMaker::Member> members) {
    std::string all;
    for (std::size_t n = 0; n < members.size(); ++n) {
        const auto& line = *members[n].line;
        const auto one =
            fmt::format("{}{}{}{}", n == 0 ? "" : "\n", line.text, line.link.empty() ? "" : " ", line.link);
        if (all.size() + one.size() + 40 > max_long_form_bytes)
            return all + fmt::format("\n... and {} more", members.size() - n);
        all += one;
    }
    return all;
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
    line.title = names.title;
    line.is_silent = rule.is_silent;
    amend(file, rule, parts, line);
    return line;
}

void LineMaker::amend(const RuleFile& file, const Rule& rule, LineParts parts, Line& line) {
    enter(file);
    line.rule = rule.name;
    if (rule.title)
        if (auto title = clean_line(rendered(*rule.title, max_text_bytes), max_title_bytes); !title.empty())
            line.title = std::move(title);
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
    auto key = key_by(*rule.by);
    std::string ignored;
    for (const auto slot : rule.listed)
        if (!add_part(file.named[slot]->evaluate(context_), ignored)) return {};
    return key;
}

std::string LineMaker::twin_key(const RuleFile& file, const TwinRule& rule) {
    enter(file);
    return key_by(*rule.by);
}

std::string LineMaker::key_by(const tmpl::Node& by) {
    std::string key;
    const auto value = by.evaluate(context_);
    bool is_whole = !value.is_nothing();
    each(value, context_.arena, [&](const tmpl::Value& part) { return is_whole = add_part(part, key); });
    return is_whole ? key : std::string();
}

bool LineMaker::add_part(const tmpl::Value& part, std::string& key) {
    const auto text = context_.text_of(part);
    if (part.is_nothing() || text.empty()) return false;
    key.append(text).push_back('\x1f');
    return true;
}

// Leaves the names as the newest message has them, but for those that are lists, and `count`. The newest's are worked
// out first, so that they are there however much of the memory the lists take.
void LineMaker::list_values(const RuleFile& file, const CondenseRule& rule, std::span<const Member> members) {
    const auto go_to = [&](const Member& member) {
        context_.follow(*member.message);
        file_ = nullptr;
        enter(file);
    };
    go_to(members.back());
    std::vector<tmpl::Value> newest;
    newest.reserve(file.named.size());
    for (const auto& named : file.named) newest.push_back(named->evaluate(context_));
    std::vector<std::vector<tmpl::Value>> lists(rule.listed.size());
    for (const auto& member : members) {
        go_to(member);
        for (std::size_t n = 0; n < lists.size(); ++n)
            lists[n].push_back(file.named[rule.listed[n]]->evaluate(context_));
    }
    const auto set = [&](std::size_t slot, tmpl::Value value) { named_values_[slot] = {value, context_.generation}; };
    for (std::size_t slot = 0; slot < newest.size(); ++slot) set(slot, newest[slot]);
    for (std::size_t n = 0; n < lists.size(); ++n) {
        context_.items = lists[n];
        set(rule.listed[n], context_.kept_list());
    }
    set(file.named.size(), tmpl::Value(static_cast<std::int64_t>(members.size())));
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
    line.long_form = sentences(members);
    for (const auto& member : members) {
        line.title = common_title(line.title, member.line->title);
        if (!rule.agent && member.line->agent != line.agent) line.agent.clear();
        for (const auto list : {&Line::usernames, &Line::packages, &Line::objects})
            unite(line.*list, member.line->*list);
    }
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
    tidy_names(names);
    return names;
}

std::string LineMaker::avatar(std::string_view account) { return avatars_.of_account(account) + "?s=64&d=retro"; }

}  // namespace fedmsgbot
