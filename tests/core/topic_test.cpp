#include "bot/core/topic.h"

#include <string>

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

bool matches(std::string_view pattern, std::string_view topic) {
    const auto parsed = TopicPattern::parse(pattern);
    INFO(pattern << " on " << topic);
    REQUIRE(parsed);
    CHECK(parsed->text() == pattern);
    return parsed->matches(topic);
}

std::string words(std::string_view word, int count) {
    std::string text(word);
    for (int n = 1; n < count; ++n) text.append(".").append(word);
    return text;
}

}  // namespace

TEST_CASE("a topic's title is what comes after the environment, or all of it") {
    CHECK(topic_title("org.fedoraproject.prod.git.receive") == "git.receive");
    CHECK(topic_title("org.fedoraproject.prod.git") == "git");
    CHECK(topic_title("org.fedoraproject._heartbeat") == "org.fedoraproject._heartbeat");
    CHECK(topic_title("org.fedoraproject.prod.") == "org.fedoraproject.prod.");
    CHECK(topic_title("...x") == "x");
    CHECK(topic_title("word") == "word");
    CHECK(topic_title("") == "");
}

TEST_CASE("a topic's service is the title's first word") {
    CHECK(topic_service("org.fedoraproject.prod.git.receive") == "git");
    CHECK(topic_service("org.fedoraproject.prod.git") == "git");
    CHECK(topic_service("a.b") == "a");
    CHECK(topic_service("") == "");
}

TEST_CASE("words are counted from nought and are empty beyond the end") {
    CHECK(topic_word("a.b.c", 0) == "a");
    CHECK(topic_word("a.b.c", 2) == "c");
    CHECK(topic_word("a.b.c", 3) == "");
    CHECK(topic_word("a..c", 1) == "");
    CHECK(topic_word("", 0) == "");
    CHECK(topic_word("a", 1'000'000) == "");
}

TEST_CASE("patterns match the topics they should") {
    struct Case {
        std::string pattern, topic;
        bool is_match;
    };
    const std::string git = "org.fedoraproject.prod.git.receive", stg = "org.fedoraproject.stg.git.receive";
    const auto [pattern, topic, is_match] = GENERATE_COPY(values<Case>({
        // AMQP's words
        {git, git, true},
        {"org.fedoraproject.prod.#", git, true},
        {"org.fedoraproject.prod.#", stg, false},
        {"org.fedoraproject.*.git.*", git, true},
        {"org.fedoraproject.*.git", git, false},
        {"#", git, true},
        {"#", "", true},
        {"#.receive", git, true},
        {"#.git.#", git, true},
        {"org.#.receive", git, true},
        {"org.#.#.receive", git, true},
        {"org.#.bodhi", git, false},
        {"a.#", "a", true},
        {"a.*", "a", false},
        {"#.b.#.b", "a.b.b", true},
        {"#.b.#.b", "a.b", false},
        {"*", "a", true},
        {"*", "", true},
        // the part after the environment
        {"git.receive", git, true},
        {"git.#", git, true},
        {"git.#", "org.fedoraproject.prod.git", true},
        {"git.#", "org.fedoraproject.prod.github.push", false},
        {"prod.git.receive", git, false},
        {"fedoraproject.#", git, false},
        // a star for the whole domain
        {"*.stg.#", stg, true},
        {"*.stg.#", git, false},
        {"*.stg.#", "org.stg.x", true},
        {"*.*.prod.#", git, true},
        // words are whole and case counts
        {"git.rec", git, false},
        {"Git.receive", git, false},
    }));
    CHECK(matches(pattern, topic) == is_match);
}

TEST_CASE("a pattern covers another where it takes all that the other takes") {
    const auto covers = [](std::string_view pattern, std::string_view other) {
        return TopicPattern::parse(pattern)->covers(*TopicPattern::parse(other));
    };
    for (const auto& [pattern, other] : std::vector<std::pair<std::string, std::string>>{
             {"git.receive", "git.receive"},
             {"git.#", "git.receive"},
             {"git.#", "git"},
             {"git.#", "git.*.x.#"},
             {"#", "a.#.b"},
             {"#.#", "#"},
             {"a.#.b", "a.x.#.y.b"},
             {"*.*", "a.*"},
             {"git.*", "org.fedoraproject.prod.git.receive"},
             {"org.#", "org.fedoraproject.prod.git.receive"},
         }) {
        CAPTURE(pattern, other);
        CHECK(covers(pattern, other));
    }
    for (const auto& [pattern, other] : std::vector<std::pair<std::string, std::string>>{
             {"git.receive", "git.#"},
             {"git.receive", "git.*"},
             {"git.*", "git.#"},
             {"*.*", "#"},
             {"a.#.b", "a.#"},
             {"a.*.#", "a.#"},
             {"org.fedoraproject.prod.git.*", "git.receive"},
             {"git.*", "*.stg.git.receive"},
         }) {
        CAPTURE(pattern, other);
        CHECK_FALSE(covers(pattern, other));
    }
}

TEST_CASE("hostile topics neither match by accident nor take long") {
    CHECK(matches("a.#.b", words("a", 100'000)) == false);
    CHECK(matches("#.a.#.a.#.a.#.b", words("a", 100'000)) == false);
    CHECK(matches("a.b", std::string(1'000'000, '.')) == false);
    CHECK(matches("a.b", std::string("a\0.b", 4)) == false);
}

TEST_CASE("a pattern that is none is a problem that shows it") {
    const auto text =
        GENERATE(as<std::string>(), "", ".", "a.", ".a", "a..b", "a*", "*.b#", "##", "**", "a b", "a.\tb");
    const auto parsed = TopicPattern::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK_THAT(parsed.problems().front().text, Catch::Contains("\"" + text + "\""));
}

TEST_CASE("a pattern of too many words is a problem") {
    CHECK(TopicPattern::parse(words("a", 30)));
    CHECK_FALSE(TopicPattern::parse(words("a", 1000)));
    CHECK_FALSE(TopicPattern::parse(words("#", 1000)));
}

TEST_CASE("patterns overlap where there is a topic for both") {
    const auto [one, other, do_overlap] = GENERATE(table<std::string, std::string, bool>({
        {"git.receive", "git.receive", true},
        {"git.receive", "git.branch", false},
        {"git.#", "git.receive", true},
        {"git.#", "git", true},
        {"git.*", "git", false},
        {"git.*", "*.receive", true},
        {"git.*.x", "git.y.*", true},
        {"git.*.x", "git.y.*.z", false},
        {"#", "git.receive", true},
        {"#", "#", true},
        {"#.receive", "git.#", true},
        {"#.a.#.b", "a.#.c", false},
        {"#.a.#.b", "c.#.a.b", true},
        {"a.#.#", "a", true},
        // with and without what stands before the service
        {"org.fedoraproject.prod.git.receive", "git.receive", true},
        {"org.fedoraproject.prod.git.receive", "git.branch", false},
        {"org.fedoraproject.prod.#", "git.receive", true},
        {"org.fedoraproject.prod.git.#", "org.fedoraproject.stg.git.#", false},
        {"*.stg.#", "git.receive", true},
        {"*.stg.#", "org.fedoraproject.stg.git.receive", true},
        {"*.stg.#", "org.fedoraproject.prod.git.receive", false},
        {"io.pagure.prod.pagure.#", "pagure.issue.new", true},
        {"receive", "ci.pipeline.test.*", false},
        {"git.#", "ci.pipeline.test.*", false},
        {"org.fedoraproject.prod.git.receive", "ci.pipeline.#", false},
    }));
    INFO(one << " and " << other);
    const auto a = TopicPattern::parse(one), b = TopicPattern::parse(other);
    REQUIRE(a);
    REQUIRE(b);
    CHECK(a->overlaps(*b) == do_overlap);
    CHECK(b->overlaps(*a) == do_overlap);
}

TEST_CASE("whether long patterns overlap is soon found") {
    const auto hashes = TopicPattern::parse(words("#.a", 31)), stars = TopicPattern::parse(words("*.a", 31));
    REQUIRE(hashes);
    REQUIRE(stars);
    CHECK_FALSE(hashes->overlaps(*TopicPattern::parse(words("b", 62))));
    CHECK(hashes->overlaps(*stars));
}
