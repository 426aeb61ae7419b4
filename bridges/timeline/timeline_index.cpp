#include "bridges/timeline/timeline_index.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "bot/core/text.h"
#include "bot/core/topic.h"
#include "bridges/timeline/permanent_id.h"

namespace fedmsgbot {

namespace {

constexpr std::size_t most_long_form = 4096;
constexpr std::size_t most_marks = 128;
// The bus has some three hundred; strangers may make up more, and a reader must not wait for those.
constexpr std::int64_t most_topics = 5000;
constexpr std::size_t most_topics_of_filter = 1000;

// Stands in an expression for the marks of the blocks: in every conjunction, and wherever something is excluded from
// all. No byte of a filter.
constexpr char any_block = '\x01';

std::string block_mark(std::int64_t block) { return fmt::format("b{}", block); }

// One plain word for the tokenizer, whatever the value holds. Case does not count: people type names by hand.
std::string mark(char kind, std::string_view value) { return kind + digest(in_lower_case(value)).substr(0, 16); }

std::string words_of(const TimelineEntry& entry) {
    const auto& line = entry.line;
    return fmt::format("{}\n{}\n{}", line.text, line.title, utf8_prefix(line.long_form, most_long_form));
}

std::string marks_of(const TimelineEntry& entry) {
    const auto& line = entry.line;
    std::string out = fmt::format("{} {} {}", block_mark(entry.id / TimelineIndex::block), mark('t', entry.topic),
                                  mark('c', line.service));
    if (!line.agent.empty()) out += ' ' + mark('u', line.agent);
    for (std::size_t i = 0; i < std::min(line.usernames.size(), most_marks); ++i)
        out += ' ' + mark('u', line.usernames[i]);
    for (std::size_t i = 0; i < std::min(line.packages.size(), most_marks); ++i)
        out += ' ' + mark('p', line.packages[i]);
    return out;
}

void add_alternative(std::string& group, const std::string& alternative) {
    if (!group.empty()) group += " OR ";
    group += alternative;
}

std::string quoted(std::string_view word) {
    std::string out = "\"";
    for (const char c : word) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

// Every word must occur. FTS5 takes what it regards as several words in one pair of quotes, `python-fedmsg`, as a
// phrase.
std::string containing(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (word.empty()) continue;
        if (!out.empty()) out += " AND ";
        out += "words : " + quoted(word);
    }
    return '(' + out + ')';
}

// What FTS5 takes for words and not for phrases.
bool has_only_words(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == ' ' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

std::string marked(const std::string& mark) { return "marks : " + mark; }

std::string alternative_of(const FilterTerm& term) {
    switch (term.field) {
        case FilterField::category:
            return marked(mark('c', term.value));
        case FilterField::package:
            return marked(mark('p', term.value));
        case FilterField::user:
            return marked(mark('u', term.value));
        case FilterField::topic:
        case FilterField::contains:
            break;
    }
    return containing(term.value);
}

}  // namespace

TimelineIndex::TimelineIndex(Database& database)
    : add_(database.prepare("INSERT INTO entry_index (rowid, words, marks) VALUES (?1, ?2, ?3)")),
      remove_(
          database.prepare("INSERT INTO entry_index (entry_index, rowid, words, marks) VALUES ('delete', ?1, ?2, ?3)")),
      touch_topic_(database.prepare("INSERT INTO topic (name, last_id) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE "
                                    "SET last_id = max(last_id, excluded.last_id)")),
      topics_(database.prepare("SELECT name FROM topic ORDER BY last_id DESC LIMIT ?1")),
      forget_topics_(database.prepare("DELETE FROM topic WHERE last_id < ?1")),
      set_lowest_(database.prepare("UPDATE indexed SET lowest = ?1")) {
    auto query = database.prepare("SELECT lowest FROM indexed");
    if (query.step()) lowest_ = query.integer(0);
}

void TimelineIndex::write(Statement& statement, const TimelineEntry& entry) {
    statement.bind(0, entry.id).bind(1, words_of(entry)).bind(2, marks_of(entry)).run();
}

void TimelineIndex::add(const TimelineEntry& entry) {
    write(add_, entry);
    touch_topic_.bind(0, entry.topic).bind(1, entry.id).run();
}

// The index does not keep the words themselves: it must be told once more what it was told when the entry came.
void TimelineIndex::remove(const TimelineEntry& entry) { write(remove_, entry); }

void TimelineIndex::forget_topics(std::int64_t first) { forget_topics_.bind(0, first).run(); }

void TimelineIndex::set_lowest(std::int64_t id) {
    set_lowest_.bind(0, id).run();
    lowest_ = id;
}

std::optional<std::string> TimelineIndex::expression(const TimelineFilter& filter) {
    constexpr std::array<FilterField, 5> fields = {FilterField::category, FilterField::package, FilterField::user,
                                                   FilterField::contains, FilterField::topic};
    std::string wanted, unwanted;
    for (const auto field : fields) {
        bool is_asked = false;
        for (const auto& term : filter.terms()) is_asked = is_asked || (term.field == field && !term.is_negated);
        const auto alternatives = group(filter, field, false);
        if (is_asked && alternatives.empty()) return {};
        if (is_asked) wanted += fmt::format("{}({})", wanted.empty() ? "" : " AND ", alternatives);
        if (const auto excluded = group(filter, field, true); !excluded.empty()) add_alternative(unwanted, excluded);
    }
    wanted = std::string(1, any_block) + (wanted.empty() ? "" : " AND ") + wanted;
    return unwanted.empty() ? wanted : fmt::format("({}) NOT ({})", wanted, unwanted);
}

std::vector<std::string> TimelineIndex::glances(const TimelineFilter& filter) {
    std::vector<std::string> out;
    for (const auto field : {FilterField::category, FilterField::package, FilterField::user, FilterField::contains}) {
        std::string alternatives;
        bool is_plain = true;
        for (const auto& term : filter.terms()) {
            if (term.field != field || term.is_negated) continue;
            add_alternative(alternatives, alternative_of(term));
            is_plain = is_plain && (field != FilterField::contains || has_only_words(term.value));
        }
        if (is_plain && !alternatives.empty()) out.push_back(std::move(alternatives));
    }
    return out;
}

std::optional<std::string> TimelineIndex::everywhere(const std::string& expression) {
    const auto conjunction = std::string(1, any_block) + " AND ";
    const auto at = expression.find(conjunction);
    if (at == std::string::npos) return {};
    auto out = expression;
    out.erase(at, conjunction.size());
    return out.find(any_block) == std::string::npos ? std::optional(out) : std::nullopt;
}

std::string TimelineIndex::within(const std::string& expression, std::int64_t first_block, std::int64_t last_block) {
    std::string blocks;
    for (auto number = first_block; number <= last_block; ++number) add_alternative(blocks, block_mark(number));
    blocks = "marks : (" + blocks + ')';
    std::string out;
    for (const char c : expression) {
        if (c == any_block)
            out += blocks;
        else
            out += c;
    }
    return out;
}

std::string TimelineIndex::group(const TimelineFilter& filter, FilterField field, bool is_negated) {
    if (field == FilterField::topic) return topics(filter, is_negated);
    std::string out;
    for (const auto& term : filter.terms())
        if (term.field == field && term.is_negated == is_negated) add_alternative(out, alternative_of(term));
    return out;
}

// Patterns become the topics that there are: those are few.
std::string TimelineIndex::topics(const TimelineFilter& filter, bool is_negated) {
    std::vector<TopicPattern> patterns;
    for (const auto& term : filter.terms()) {
        if (term.field != FilterField::topic || term.is_negated != is_negated) continue;
        if (auto pattern = TopicPattern::parse(term.value)) patterns.push_back(std::move(pattern).value());
    }
    if (patterns.empty()) return {};
    std::string matching, others;
    std::size_t count = 0, other_count = 0;
    topics_.bind(0, most_topics);
    while (topics_.step()) {
        const bool is_match = any_matches(patterns, topics_.text(0));
        auto& number = is_match ? count : other_count;
        if (++number <= most_topics_of_filter)
            add_alternative(is_match ? matching : others, marked(mark('t', topics_.text(0))));
    }
    topics_.reset();
    // A pattern that nearly all topics match is found faster by the few that do not.
    if (count > 0 && other_count == 0) return {any_block};
    if (count > 2 * other_count) return fmt::format("({} NOT ({}))", any_block, others);
    return matching;
}

}  // namespace fedmsgbot
