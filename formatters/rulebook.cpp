#include "formatters/rulebook.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "bot/core/topic.h"
#include "formatters/bundle.h"
#include "formatters/catalogue.h"
#include "formatters/example_check.h"
#include "formatters/fallback.h"
#include "formatters/line_maker.h"
#include "formatters/rule_file.h"
#include "formatters/shipped_rules.h"

namespace fedmsgbot {

namespace {

// Topics are strangers' words: the memory of them is started anew when it has grown to this.
constexpr std::size_t max_remembered_topics = 4096;
constexpr std::uintmax_t max_files = 1000;  // in a folder

struct Candidate {
    const RuleFile* file;
    const Rule* rule;
};

struct KnownTopic {
    TopicNames names;
    std::vector<Candidate> candidates;
    std::vector<std::pair<const RuleFile*, const TwinRule*>> twins;
};

void add(Problems& problems, const Problems& more) { problems.insert(problems.end(), more.begin(), more.end()); }

std::vector<std::filesystem::path> rule_paths(const std::filesystem::path& folder, Problems& problems) {
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    std::filesystem::directory_iterator at(folder, error);
    for (; !error && at != std::filesystem::directory_iterator(); at.increment(error))
        if (at->path().extension() == ".toml" && paths.size() < max_files) paths.push_back(at->path());
    if (error)
        problems.push_back(
            {{folder.string(), 0, 0}, fmt::format("this folder of rules cannot be read: {}", error.message())});
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

struct Rulebook::State {
    Accounts accounts;
    std::vector<std::unique_ptr<const RuleFile>> files;
    std::size_t first_shipped = 0;  // files from here on are built in
    LineMaker maker;
    std::vector<Candidate> rules;  // all, in their order
    // Where to look for a topic's rules, in rising order: by the word that patterns begin with, or under the empty word
    // where that is a * or a #.
    std::unordered_map<std::string, std::vector<std::size_t>> by_first_word;
    std::unordered_map<std::string, KnownTopic> by_topic;

    void read(Result<Table> table, const std::string& name, Problems& problems) {
        if (!table) return add(problems, table.problems());
        Problems own;
        auto file = RuleFile::read(std::move(table).value(), name, own);
        if (own.empty()) files.push_back(std::move(file));
        add(problems, own);
    }

    void index() {
        for (const auto& file : files) {
            for (const auto& rule : file->rules) {
                std::set<std::string> words;
                for (const auto& pattern : rule.topics) {
                    const auto word = topic_word(pattern.text(), 0);
                    words.emplace(word == "*" || word == "#" ? std::string_view() : word);
                }
                for (const auto& word : words) by_first_word[word].push_back(rules.size());
                rules.push_back({file.get(), &rule});
            }
        }
    }

    const KnownTopic& known(const std::string& topic) {
        if (const auto found = by_topic.find(topic); found != by_topic.end()) return found->second;
        if (by_topic.size() >= max_remembered_topics) by_topic.clear();
        // A pattern is tried on the whole topic and on the part after the environment.
        std::vector<std::size_t> places;
        for (const auto word : {std::string_view(), topic_word(topic, 0), topic_service(topic)})
            if (const auto found = by_first_word.find(std::string(word)); found != by_first_word.end())
                places.insert(places.end(), found->second.begin(), found->second.end());
        std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
        KnownTopic known{TopicNames(topic), {}, {}};
        for (const auto place : places)
            if (rules[place].rule->takes_topic(topic)) known.candidates.push_back(rules[place]);
        for (const auto& file : files)
            for (const auto& rule : file->twin_rules)
                if (rule.takes_topic(topic)) known.twins.emplace_back(file.get(), &rule);
        return by_topic.emplace(topic, std::move(known)).first->second;
    }

    // Which rules make a message's line: partial ones, and the first whole one where there is one.
    struct Match {
        const TopicNames& names;
        std::vector<Candidate> partial;
        std::optional<Candidate> whole;
    };

    Match match(const Message& message, const Accounts& whose) {
        maker.begin(message, whose);
        const auto& topic = known(message.topic());
        Match found{topic.names, {}, {}};
        for (const auto& candidate : topic.candidates) {
            if (!maker.holds(*candidate.file, candidate.rule->when)) continue;
            if (!candidate.rule->is_partial) {
                found.whole = candidate;
                break;
            }
            found.partial.push_back(candidate);
        }
        return found;
    }

    bool is_operators(const RuleFile* file) const {
        return std::any_of(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(first_shipped),
                           [&](const auto& own) { return own.get() == file; });
    }

    // An operator's rule may take or change what a shipped one would say: that is what it is for.
    bool is_overridden(const RuleFile* file, const Example& example, const Message& message) {
        if (is_operators(file)) return false;
        const auto taken = match(message, example.accounts);
        return !taken.partial.empty() || (taken.whole && is_operators(taken.whole->file));
    }

    Line fallback(const Message& message) {
        auto line = fallback_line(message);
        if (!line.agent.empty()) line.secondary_icon = maker.avatar(line.agent);
        return line;
    }

    Line render(const Message& message, const Accounts& whose, LineParts parts = LineParts::all) {
        if (is_bundle(message)) return unbundle(message);
        const auto found = match(message, whose);
        auto line =
            found.whole ? maker.make(*found.whole->file, *found.whole->rule, found.names, parts) : fallback(message);
        if (line.is_silent) return line;
        // The last is changed by those before it: the first has the last word.
        // NOLINTNEXTLINE(modernize-loop-convert): a reversed view is not to be had from clang 14.
        for (auto candidate = found.partial.rbegin(); candidate != found.partial.rend(); ++candidate)
            maker.amend(*candidate->file, *candidate->rule, parts, line);
        if (!line.text.empty()) return line;
        auto plain = fallback(message);
        line.rule = std::move(plain.rule);
        line.text = std::move(plain.text);
        if (line.title.empty()) line.title = std::move(plain.title);
        return line;
    }

    std::vector<Condensed> condense(const std::vector<const Message*>& batch, const Accounts& whose) {
        std::vector<Line> lines;
        lines.reserve(batch.size());
        for (const auto* message : batch) lines.push_back(render(*message, whose));
        return Condenser(files, maker, whose).condense(batch, lines);
    }

    // Of shipped ones only where no operator's rule can change what their messages say.
    void check_examples(const RuleFile& file, const CondenseRule& rule, Problems& problems) {
        if (first_shipped > 0 && !is_operators(&file)) return;
        for (const auto& example : rule.examples) {
            std::vector<Message> messages;
            for (const auto& text : example.messages)
                if (auto message = Message::parse(text)) messages.push_back(std::move(message).value());
            std::vector<const Message*> batch;
            batch.reserve(messages.size());
            for (const auto& message : messages) batch.push_back(&message);
            if (batch.size() != example.messages.size() || batch.size() < 2) {
                problems.push_back({example.stated.where, "the example needs two `messages`, each complete JSON"});
                continue;
            }
            const auto condensed = condense(batch, example.stated.accounts);
            if (condensed.size() == 1)
                add(problems, check_example(example.stated, rule.name, condensed.front().line));
            else
                problems.push_back({example.stated.where, fmt::format("this example of {} comes out in {} sentences",
                                                                      rule.name, condensed.size())});
        }
    }

    void check_examples(const RuleFile& file, const Rule& rule, Problems& problems) {
        for (const auto& example : rule.examples) {
            auto message = Message::parse(example.message);
            if (!message)
                problems.push_back({example.where, "the example's message: " + message.problems().front().text});
            else if (!is_overridden(&file, example, *message))
                add(problems, check_example(example, rule.name, render(*message, example.accounts)));
        }
    }

    void check_reach(const RuleFile& file, const Rule& rule, Problems& problems) const {
        const bool is_own = is_operators(&file);
        for (const auto& other_file : files) {
            if (is_operators(other_file.get()) != is_own) continue;
            for (const auto& other : other_file->rules) {
                if (&other == &rule) return;
                if (!other.covers(rule)) continue;
                problems.push_back(
                    {rule.where, fmt::format("{} can never match: {} comes first, has no condition, and takes all of "
                                             "its topics",
                                             rule.name, other.name)});
                return;
            }
        }
    }
};

Result<Rulebook> Rulebook::load(const std::vector<std::filesystem::path>& folders, Accounts accounts,
                                Examples examples) {
    auto state = std::make_unique<State>();
    state->accounts = std::move(accounts);
    Problems problems;
    for (const auto& folder : folders)
        for (const auto& path : rule_paths(folder, problems))
            state->read(Table::from_file(path), path.filename().string(), problems);
    state->first_shipped = state->files.size();
    for (const auto& file : shipped_files())
        state->read(Table::from_text(file.text, std::string(file.name)), std::string(file.name), problems);
    state->index();
    Rulebook rulebook(std::move(state));
    if (examples == Examples::checked) add(problems, rulebook.check());
    if (!problems.empty()) return problems;
    return rulebook;
}

Rulebook::Rulebook(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rulebook::Rulebook(Rulebook&&) noexcept = default;
Rulebook& Rulebook::operator=(Rulebook&&) noexcept = default;
Rulebook::~Rulebook() = default;

Line Rulebook::render(const Message& message, LineParts parts) const {
    return state_->render(message, state_->accounts, parts);
}

std::string_view Rulebook::rule_of(const Message& message) const {
    const auto found = state_->match(message, state_->accounts);
    if (!found.partial.empty()) return found.partial.front().rule->name;
    return found.whole ? std::string_view(found.whole->rule->name) : "fallback";
}

std::vector<Condensed> Rulebook::condense(const std::vector<const Message*>& batch) const {
    return state_->condense(batch, state_->accounts);
}

std::vector<std::string> Rulebook::condense_keys(const Message& message) const {
    return Condenser(state_->files, state_->maker, state_->accounts).keys(message);
}

std::string Rulebook::twin_key(const Message& message) const {
    const auto& topic = state_->known(message.topic());
    if (topic.twins.empty()) return {};
    state_->maker.begin(message, state_->accounts);
    for (const auto& [file, rule] : topic.twins)
        if (const auto key = state_->maker.twin_key(*file, *rule); !key.empty()) return rule->name + '\x1f' + key;
    return {};
}

std::vector<Rulebook::Considered> Rulebook::explain(const Message& message) const {
    std::vector<Considered> considered;
    const auto service = topic_service(message.topic());
    auto& maker = state_->maker;
    maker.begin(message, state_->accounts);
    bool has_text = false;
    for (const auto& file : state_->files) {
        for (const auto& rule : file->rules) {
            if (!rule.takes_topic(message.topic())) {
                // Of other services' files, this would go without saying.
                if (file->service == service) considered.push_back({rule.name, "it is for other topics", ""});
            } else if (!maker.holds(*file, rule.when)) {
                considered.push_back({rule.name, "its condition (when) does not hold", ""});
            } else if (rule.is_partial) {
                considered.push_back({rule.name, "", "it changes a part of what a later rule says"});
                has_text = has_text || rule.text;
            } else if (rule.is_silent) {
                considered.push_back({rule.name, "", "it is silent: nothing is posted"});
                return considered;
            } else if (!has_text &&
                       maker.make(*file, rule, TopicNames(message.topic()), LineParts::sentence).text.empty()) {
                considered.push_back({rule.name, "its text comes out empty: a fallback sentence takes its place", ""});
                return considered;
            } else {
                considered.push_back({rule.name, "", ""});
                return considered;
            }
        }
    }
    return considered;
}

Problems Rulebook::check() const {
    Problems problems;
    for (const auto& file : state_->files) {
        for (const auto& rule : file->rules) {
            state_->check_reach(*file, rule, problems);
            state_->check_examples(*file, rule, problems);
        }
        for (const auto& rule : file->condense_rules) state_->check_examples(*file, rule, problems);
    }
    return problems;
}

std::size_t Rulebook::size() const { return state_->rules.size(); }

TopicEntries Rulebook::catalogue() const {
    TopicEntries entries;
    for (const auto& file : state_->files)
        for (const auto& rule : file->rules) entries.push_back(catalogue_entry(*file, rule));
    return entries;
}

std::vector<std::string> Rulebook::example_messages() const {
    std::vector<std::string> messages;
    for (std::size_t n = state_->first_shipped; n < state_->files.size(); ++n)
        for (const auto& rule : state_->files[n]->rules)
            for (const auto& example : rule.examples) messages.push_back(example.message);
    return messages;
}

}  // namespace fedmsgbot
