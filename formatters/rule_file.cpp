#include "formatters/rule_file.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "bot/core/text.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t max_rules = 500;     // a file
constexpr std::size_t max_topics = 100;    // a rule
constexpr std::size_t max_examples = 100;  // a rule
constexpr std::size_t max_names = 100;     // a file; each may use those before it
constexpr std::size_t max_map_entries = 5000;

constexpr std::array condense_parts = {&CondenseRule::text, &CondenseRule::link, &CondenseRule::icon,
                                       &CondenseRule::secondary_icon, &CondenseRule::agent};
constexpr std::array condense_part_keys = {"text", "link", "icon", "secondary_icon", "agent"};

constexpr std::array text_fields = {"text", "title", "link", "icon", "secondary_icon", "agent", "long_form"};
constexpr std::array list_fields = {"usernames", "packages", "objects"};

// Template parts that a file may give for all its rules.
constexpr std::array file_parts = {&Rule::link, &Rule::icon, &Rule::secondary_icon, &Rule::agent};
constexpr std::array file_part_keys = {"link", "icon", "secondary_icon", "agent"};
constexpr std::array list_parts = {&Rule::usernames, &Rule::packages, &Rule::objects};

class Reader {
public:
    explicit Reader(std::string name) : file_(std::make_unique<RuleFile>()) { file_->name = std::move(name); }

    std::unique_ptr<const RuleFile> read(Table table) {
        file_->service = table.text("service", "");
        read_maps(table);
        read_names(table);
        Rule defaults;
        for (std::size_t n = 0; n < file_parts.size(); ++n)
            read_text(table, file_part_keys[n], defaults.*file_parts[n], file_->scope);
        read_lists(table, defaults);
        auto rules = table.tables("rule");
        auto condense_rules = table.tables("condense");
        if (rules.empty() && condense_rules.empty()) table.fail("rule", "a file of rules needs a [[rule]]");
        if (rules.size() > max_rules) table.fail("rule", fmt::format("a file has at most {} rules", max_rules));
        rules.resize(std::min(rules.size(), max_rules), table);
        for (auto& rule : rules) read_rule(rule, defaults);
        if (condense_rules.size() > max_rules)
            table.fail("condense", fmt::format("a file has at most {} of these", max_rules));
        condense_rules.resize(std::min(condense_rules.size(), max_rules), table);
        file_->condense_scope = file_->scope;
        file_->condense_scope.named.emplace_back("count");
        file_->condense_scope.constants.erase("count");
        for (auto& rule : condense_rules) read_condense_rule(rule);
        auto twin_rules = table.tables("twin");
        if (twin_rules.size() > max_rules) table.fail("twin", fmt::format("a file has at most {} of these", max_rules));
        twin_rules.resize(std::min(twin_rules.size(), max_rules), table);
        for (auto& rule : twin_rules) read_twin_rule(rule);
        return std::move(file_);
    }

private:
    void read_maps(Table& table) {
        for (auto& [name, map] : table.children("maps")) {
            tmpl::Words words;
            for (const auto& [key, word] : map.entries()) words.emplace(key, word);
            if (words.size() > max_map_entries) map.fail(map.where(), "a map has at most 5000 entries");
            file_->scope.maps.emplace(name, std::move(words));
        }
    }

    void read_names(Table& table) {
        auto names = table.table("names");
        if (!names) return;
        for (const auto& [name, source] : names->entries()) {
            if (file_->named.size() == max_names) return names->fail(name, "a file has at most 100 names");
            auto node = compile_expression(*names, name, source);
            if (const auto* constant = node ? node->constant() : nullptr)
                file_->scope.constants.insert_or_assign(name, *constant);
            // Added also where it has a mistake, so that its users do not look mistaken as well.
            file_->named.push_back(std::move(node));
            file_->scope.named.push_back(name);
        }
    }

    static tmpl::Locate locate(const Table& table, std::string key) {
        return [&table, key = std::move(key)](std::size_t offset) { return table.where(key, offset); };
    }

    tmpl::NodePtr compile_expression(Table& table, const std::string& key, const std::string& source) {
        auto node = tmpl::compile_expression(source, file_->scope, locate(table, key));
        if (node) return std::move(node).value();
        for (const auto& problem : node.problems()) table.fail(problem.where, problem.text);
        return nullptr;
    }

    void read_text(Table& table, const std::string& key, Rule::TextPart& part, const tmpl::Scope& scope) {
        if (!table.has(key)) return;
        auto made = tmpl::Template::compile(table.text(key, ""), scope, locate(table, key));
        if (made) {
            part = std::make_shared<const tmpl::Template>(std::move(made).value());
            return;
        }
        for (const auto& problem : made.problems()) table.fail(problem.where, problem.text);
    }

    void read_lists(Table& table, Rule& rule) {
        for (std::size_t n = 0; n < list_parts.size(); ++n)
            if (table.has(list_fields[n]))
                rule.*list_parts[n] = compile_expression(table, list_fields[n], table.text(list_fields[n], ""));
    }

    void read_rule(Table& table, const Rule& defaults) {
        Rule rule;
        rule.where = table.where();
        rule.name = read_name(table);
        rule.topics = read_topics(table);
        if (table.has("when")) rule.when = compile_expression(table, "when", table.text("when", ""));
        rule.is_silent = table.flag("silent", false);
        rule.is_partial = table.flag("inherit", false);
        // A partial rule changes what it states itself; a silent one has nothing to say.
        if (!rule.is_silent && !rule.is_partial) {
            for (const auto part : file_parts) rule.*part = defaults.*part;
            for (const auto part : list_parts) rule.*part = defaults.*part;
        }
        for (std::size_t n = 0; n < file_parts.size(); ++n)
            read_text(table, file_part_keys[n], rule.*file_parts[n], file_->scope);
        check_kind(table, rule);
        read_text(table, "text", rule.text, file_->scope);
        read_text(table, "title", rule.title, file_->scope);
        read_text(table, "long_form", rule.long_form, file_->scope);
        read_lists(table, rule);
        auto examples = table.tables("example");
        if (examples.size() > max_examples) table.fail("example", "a rule has at most 100 examples");
        for (auto& example : examples) rule.examples.push_back(read_example(example));
        file_->rules.push_back(std::move(rule));
    }

    static void check_kind(Table& table, const Rule& rule) {
        const auto states = [&](const char* key) { return table.has(key); };
        const bool states_any = std::any_of(text_fields.begin(), text_fields.end(), states) ||
                                std::any_of(list_fields.begin(), list_fields.end(), states);
        if (rule.is_silent && (rule.is_partial || states_any))
            table.fail("silent", "a silent rule says nothing: neither `inherit` nor a text or list goes with it");
        else if (rule.is_partial && !states_any)
            table.fail("inherit", "this rule changes nothing: it states no text or list of its own");
        else if (!rule.is_silent && !rule.is_partial && !table.has("text"))
            table.text("text");  // must be there
    }

    void read_condense_rule(Table& table) {
        CondenseRule rule;
        rule.where = table.where();
        rule.name = read_name(table);
        rule.topics = read_topics(table);
        if (table.has("when")) rule.when = compile_expression(table, "when", table.text("when", ""));
        rule.is_off = table.flag("off", false);
        if (!rule.is_off) read_condensed(table, rule);
        auto examples = table.tables("example");
        if (examples.size() > max_examples) table.fail("example", "a rule has at most 100 examples");
        for (auto& example : examples) rule.examples.push_back({example.texts("messages"), read_stated(example)});
        file_->condense_rules.push_back(std::move(rule));
    }

    void read_condensed(Table& table, CondenseRule& rule) {
        const auto by = table.text("by");
        if (!by.empty()) rule.by = compile_expression(table, "by", by);
        if (rule.by && rule.by->constant()) table.fail("by", "this is the same for every message");
        rule.listed = read_listed(table);
        if (!table.has("text")) table.text("text");  // must be there
        for (std::size_t n = 0; n < condense_parts.size(); ++n)
            read_text(table, condense_part_keys[n], rule.*condense_parts[n], file_->condense_scope);
    }

    void read_twin_rule(Table& table) {
        TwinRule rule;
        rule.name = table.text("name");
        rule.topics = read_topics(table);
        const auto by = table.text("by");
        if (!by.empty()) rule.by = compile_expression(table, "by", by);
        if (rule.by && rule.by->constant()) table.fail("by", "this is the same for every message");
        file_->twin_rules.push_back(std::move(rule));
    }

    std::string read_name(Table& table) {
        const auto name = table.text("name");
        if (!name.empty() && !names_.insert(name).second)
            table.fail("name", fmt::format("there is another rule \"{}\" in this file", name));
        return file_->name + ":" + name;
    }

    std::vector<TopicPattern> read_topics(Table& table) {
        std::vector<TopicPattern> patterns;
        const auto topics = table.texts("topics");
        if (topics.empty() || topics.size() > max_topics)
            table.fail("topics", fmt::format("a rule needs 1 to {} topics: topics = [\"git.receive\"]", max_topics));
        for (std::size_t n = 0; n < topics.size() && n < max_topics; ++n) {
            auto pattern = TopicPattern::parse(topics[n]);
            if (pattern)
                patterns.push_back(std::move(pattern).value());
            else
                table.fail(table.where_element("topics", n), pattern.problems().front().text);
        }
        return patterns;
    }

    // The names that stand for a list, as the slots they have.
    std::vector<std::size_t> read_listed(Table& table) {
        std::vector<std::size_t> slots;
        const auto& named = file_->scope.named;
        const auto names = table.texts("list");
        for (std::size_t n = 0; n < names.size(); ++n) {
            const auto found = std::find(named.begin(), named.end(), names[n]);
            if (file_->scope.constants.contains(names[n]))
                table.fail(table.where_element("list", n),
                           fmt::format("\"{}\" is the same for every message", clean_line(names[n], 100)));
            else if (found != named.end())
                slots.push_back(static_cast<std::size_t>(found - named.begin()));
            else
                table.fail(table.where_element("list", n),
                           fmt::format("there is no name \"{}\" in [names]", clean_line(names[n], 100)));
        }
        return slots;
    }

    Example read_example(Table& table) {
        auto message = table.text("message");
        auto example = read_stated(table);
        example.message = std::move(message);
        return example;
    }

    Example read_stated(Table& table) {
        Example example;
        example.where = table.where();
        for (const auto* field : text_fields)
            if (table.has(field)) example.texts.push_back({field, table.text(field, ""), table.where(field)});
        for (const auto* field : list_fields)
            if (table.has(field)) example.lists.push_back({field, table.texts(field), table.where(field)});
        if (auto accounts = table.table("accounts"))
            for (const auto& [nick, account] : accounts->entries()) example.accounts.emplace(nick, account);
        return example;
    }

    std::unique_ptr<RuleFile> file_;
    std::set<std::string> names_;
};

}  // namespace

std::unique_ptr<const RuleFile> RuleFile::read(Table table, std::string name, Problems& problems) {
    auto file = Reader(std::move(name)).read(table);
    for (auto& problem : table.problems()) problems.push_back(std::move(problem));
    return file;
}

}  // namespace fedmsgbot
