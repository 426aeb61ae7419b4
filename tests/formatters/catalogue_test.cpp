#include <algorithm>

#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "formatters/rulebook.h"
#include "tests/support/world.h"

using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

const char* const own_rules = R"x(
[[rule]]
name = "mine"
topics = ["bodhi.update.comment", "harp.#"]
text = "{{ msg.agent }} <b>said\n{{ msg.text }}\u202e"
link = "https://example.org/{{ msg.id }}"

[[rule.example]]
message = '{"topic": "org.fedoraproject.prod.harp.state", "msg": {"agent": "ilse", "text": "hm", "id": 4}}'

[[rule]]
name = "silent"
topics = ["harp.silence"]
text = "{# nothing #}"
)x";

TopicEntries catalogue(const TempFolder& folder) { return Rulebook::load({folder.path()}).value().catalogue(); }

}  // namespace

TEST_CASE("every shipped rule has a service, topics, a shape and an example in the catalogue") {
    const auto rulebook = Rulebook::load({});
    REQUIRE(rulebook);
    const auto entries = rulebook->catalogue();
    CHECK(entries.size() == rulebook->size());
    for (const auto& entry : entries) {
        INFO(entry.rule);
        CHECK_FALSE(entry.service.empty());
        CHECK_FALSE(entry.topics.empty());
        CHECK_FALSE(entry.shape.empty());
        CHECK_FALSE(entry.example.empty());
        for (const auto* text : {&entry.shape, &entry.example}) CHECK(clean_line(*text) == *text);
    }
}

TEST_CASE("the operator's rules come first, in their own words and on one line") {
    const TempFolder folder;
    write_file(folder / "own.toml", own_rules);
    const auto entries = catalogue(folder);
    REQUIRE(entries.size() > 2);
    CHECK(entries[0].service == "own");
    CHECK(entries[0].rule == "own.toml:mine");
    CHECK(entries[0].topics == std::vector<std::string>{"bodhi.update.comment", "harp.#"});
    CHECK(entries[0].shape == "<agent> <b>said <text>");
    CHECK(entries[0].example == "ilse <b>said hm");
    CHECK(entries[0].link == "https://example.org/4");
    CHECK(entries[1].shape == "");
    CHECK(entries[1].example == "");
}

TEST_CASE("a shipped rule's example is its own, also where an operator's rule takes its message") {
    const TempFolder folder;
    write_file(folder / "own.toml", own_rules);
    const auto entries = catalogue(folder);
    const auto comment = std::find_if(entries.begin(), entries.end(),
                                      [](const TopicEntry& entry) { return entry.rule == "bodhi.toml:comment"; });
    REQUIRE(comment != entries.end());
    CHECK(comment->example.find("commented on bodhi update") != std::string::npos);
}

TEST_CASE("the catalogue is the same each time and leaves rendering alone") {
    const auto rulebook = Rulebook::load({});
    const auto message = Message::parse(rulebook->example_messages().front());
    const auto before = rulebook->render(*message).text;
    const auto first = rulebook->catalogue(), second = rulebook->catalogue();
    CHECK(std::equal(first.begin(), first.end(), second.begin(), second.end(), [](const auto& a, const auto& b) {
        return a.rule == b.rule && a.shape == b.shape && a.example == b.example;
    }));
    CHECK(rulebook->render(*message).text == before);
}
