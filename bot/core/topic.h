#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/result.h"

namespace fedmsgbot {

// Topics are dotted words: `org.fedoraproject.prod.git.receive`: two words of domain, the environment, the service, the
// rest. (facts: fedmsg's documentation, "Topic scheme".)

// What topics of our own begin with: messages that the bot makes of others. Nobody else's are accepted.
constexpr std::string_view own_topics = "local.fedmsgbot.";

// The words after the environment: `git.receive`. A topic with fewer than four words is returned whole: older and
// foreign senders do not keep the scheme, and a title must not be empty.
std::string_view topic_title(std::string_view topic);

// The service: `git`; the first word of topic_title.
std::string_view topic_service(std::string_view topic);

// The n-th dotted word, counted from 0; empty when there are fewer.
std::string_view topic_word(std::string_view topic, std::size_t n);

// A pattern on topics with AMQP's words: `*` is one word, `#` any number of words, also none.
// A pattern is tried on the whole topic and on the part after the environment, so `bodhi.#` and
// `org.fedoraproject.prod.bodhi.#` both work. Where its first word is `*`, that star may also stand for the whole
// two-word domain, so `*.stg.#` is everything from staging.
// Immutable and pure; matching is linear in the words for patterns with one `#`.
class TopicPattern {
public:
    // A problem when a word is empty, or mixes a star or hash with letters.
    static Result<TopicPattern> parse(std::string_view text);

    bool matches(std::string_view topic) const;

    // Does it match every topic, of those that keep the scheme, that `other` matches? May say no where that is so,
    // never yes where it is not.
    bool covers(const TopicPattern& other) const;

    // Whether a topic of the bus' domains can match both. A topic is a pattern too, one that stands for itself.
    bool overlaps(const TopicPattern& other) const;
    const std::string& text() const { return text_; }

private:
    TopicPattern(std::string text, std::vector<std::string> words);

    std::string text_;
    std::vector<std::string> words_;
};

// Does any of them match?
bool any_matches(const std::vector<TopicPattern>& patterns, std::string_view topic);

}  // namespace fedmsgbot
