#include "bot/core/topic.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace fedmsgbot {

namespace {

// Topics are cut at this many words: more are nobody's, and matching stays bounded.
constexpr std::size_t max_words = 64;

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (words.size() + 1 < max_words) {
        const auto dot = text.find('.');
        if (dot == std::string_view::npos) break;
        words.push_back(text.substr(0, dot));
        text.remove_prefix(dot + 1);
    }
    words.push_back(text);
    return words;
}

// Matches with the last `#` remembered: on a mismatch it swallows one word more. Never recurses, at most words x words
// steps.
template <class Pattern>
bool matches_words(const Pattern& pattern, const std::vector<std::string_view>& words, std::size_t from) {
    std::size_t p = 0, w = from;
    std::size_t hash = pattern.size(), resume = 0;
    while (w < words.size()) {
        if (p < pattern.size() && pattern[p] == "#") {
            hash = p++;
            resume = w;
        } else if (p < pattern.size() && (pattern[p] == "*" || pattern[p] == words[w])) {
            ++p;
            ++w;
        } else if (hash < pattern.size()) {
            p = hash + 1;
            w = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == "#") ++p;
    return p == pattern.size();
}

// Whether the pattern matches all that the words of another pattern, from `from` on, stand for. One row of the table of
// all pairs of positions at a time, from the ends.
bool covers_words(const std::vector<std::string>& pattern, const std::vector<std::string>& other, std::size_t from) {
    std::vector<bool> covered(pattern.size() + 1);
    for (std::size_t o = other.size() + 1; o-- > from;) {
        const auto after = covered;  // for one word of the other less
        for (std::size_t p = pattern.size() + 1; p-- > 0;) {
            if (p == pattern.size())
                covered[p] = o == other.size();
            else if (pattern[p] == "#")
                covered[p] = covered[p + 1] || (o < other.size() && after[p]);
            else
                covered[p] = o < other.size() && after[p + 1] && other[o] != "#" &&
                             (pattern[p] == "*" || pattern[p] == other[o]);
        }
    }
    return covered[0];
}

// The first words of topics: org.fedoraproject, org.centos, io.pagure. Without them any two patterns would overlap
// in some topic that nobody sends: `git.*.*.a` is also what `a` is after the environment `*`.
constexpr std::array<std::string_view, 2> domains = {"org", "io"};

bool is_domain(std::string_view word) { return std::find(domains.begin(), domains.end(), word) != domains.end(); }

// Row by row: can[j] says whether what is left of `a` and b's words from j on have a topic in common.
bool words_overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<bool> can(b.size() + 1), next(b.size() + 1);
    for (std::size_t i = a.size() + 1; i-- > 0;) {
        for (std::size_t j = b.size() + 1; j-- > 0;) {
            const bool a_ends = i == a.size(), b_ends = j == b.size();
            if (a_ends && b_ends)
                can[j] = true;
            else if (!a_ends && a[i] == "#")  // it takes nothing more, or one of b's words
                can[j] = next[j] || (!b_ends && can[j + 1]);
            else if (!b_ends && b[j] == "#")
                can[j] = can[j + 1] || (!a_ends && next[j]);
            else
                can[j] = !a_ends && !b_ends && next[j + 1] && (a[i] == "*" || b[j] == "*" || a[i] == b[j]);
        }
        std::swap(can, next);
    }
    return next[0];
}

}  // namespace

std::string_view topic_title(std::string_view topic) {
    std::size_t at = 0;
    for (int word = 0; word < 3; ++word) {
        at = topic.find('.', at);
        if (at == std::string_view::npos) return topic;
        ++at;
    }
    return at < topic.size() ? topic.substr(at) : topic;
}

std::string_view topic_service(std::string_view topic) {
    const auto title = topic_title(topic);
    return title.substr(0, title.find('.'));
}

std::string_view topic_word(std::string_view topic, std::size_t n) {
    for (; n > 0; --n) {
        const auto dot = topic.find('.');
        if (dot == std::string_view::npos) return {};
        topic.remove_prefix(dot + 1);
    }
    return topic.substr(0, topic.find('.'));
}

Result<TopicPattern> TopicPattern::parse(std::string_view text) {
    const auto problem = [&](std::string_view why) {
        return Problem{{}, fmt::format("bad topic pattern \"{}\": {}", text, why)};
    };
    if (text.empty()) return problem("it is empty");
    std::vector<std::string> words;
    for (const auto word : split(text)) {
        if (word.empty()) return problem("two dots in a row, or a dot at an end");
        if (word.size() > 1 && word.find_first_of("*#") != std::string_view::npos)
            return problem("* and # stand for whole words");
        if (word.find_first_of(" \t") != std::string_view::npos) return problem("a blank in a word");
        words.emplace_back(word);
    }
    if (words.size() >= max_words) return problem("too many words");
    return TopicPattern(std::string(text), std::move(words));
}

TopicPattern::TopicPattern(std::string text, std::vector<std::string> words)
    : text_(std::move(text)), words_(std::move(words)) {}

bool TopicPattern::overlaps(const TopicPattern& other) const {
    // As patterns on whole topics, of the domains that the bus has.
    const auto whole = [](const TopicPattern& pattern) {
        const auto& words = pattern.words_;
        const auto& first = words.front();
        std::vector<std::vector<std::string>> all;
        const auto add = [&](std::vector<std::string> before) {
            before.insert(before.end(), words.begin(), words.end());
            all.push_back(std::move(before));
        };
        if (is_domain(first) || first == "*" || first == "#") add({});
        if (first == "*") add({"*"});
        if (!is_domain(first))
            for (const auto domain : domains) add({std::string(domain), "*", "*"});
        return all;
    };
    const auto others = whole(other);
    for (const auto& words : whole(*this))
        for (const auto& other_words : others)
            if (words_overlap(words, other_words)) return true;
    return false;
}

bool TopicPattern::matches(std::string_view topic) const {
    const auto words = split(topic);
    if (matches_words(words_, words, 0)) return true;
    if (words.size() > 3 && matches_words(words_, words, 3)) return true;
    return words_.front() == "*" && words.size() > 1 && matches_words(words_, words, 1);
}

// What begins with a domain and environment, this pattern may take by what comes after them.
bool TopicPattern::covers(const TopicPattern& other) const {
    if (covers_words(words_, other.words_, 0)) return true;
    const auto& words = other.words_;
    const bool names_domain = words.size() > 3 && std::none_of(words.begin(), words.begin() + 3, [](const auto& word) {
                                  return word == "#" || word == "*";
                              });
    return names_domain && covers_words(words_, words, 3);
}

bool any_matches(const std::vector<TopicPattern>& patterns, std::string_view topic) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return pattern.matches(topic); });
}

}  // namespace fedmsgbot
