#include "formatters/condenser.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "formatters/rulebook.h"
#include "tests/support/world.h"

using Catch::Matchers::Contains;
using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

const char* const harp_rules = R"x(service = "harp"
icon = "https://example.org/harp.png"
agent = "{{ who }}"
usernames = "[who]"
link = "https://example.org/{{ harp }}"

[names]
who = "msg.agent"
harp = "msg.harp"
strings = "msg.strings | default(0)"

[[condense]]
name = "of a harp"
topics = ["harp.#"]
when = "not msg.alone"
by = "[harp]"
list = ["who", "strings"]
text = "{{ who | series }} touched {{ harp }} {{ count }} times ({{ strings | sum }} strings)"

[[condense]]
name = "of a person"
topics = ["harp.tuned"]
by = "[who]"
list = ["harp"]
text = "{{ who }} tuned {{ harp | join(' then ') }}"
link = "https://example.org/people/{{ who }}"

[[condense.example]]
messages = [
    '{"topic": "org.fedoraproject.prod.harp.tuned", "msg_id": "1", "msg": {"agent": "ilse", "harp": "a"}}',
    '{"topic": "org.fedoraproject.prod.harp.tuned", "msg_id": "2", "msg": {"agent": "ilse", "harp": "b"}}',
]
text = "ilse tuned a then b"

[[rule]]
name = "hush"
topics = ["harp.hush"]
silent = true

[[rule]]
name = "any"
topics = ["harp.#"]
text = "{{ who }}: {{ topic | word(-1) }} {{ harp }}"
packages = "msg.package"
)x";

class Batch {
public:
    Batch& add(const std::string& topic, int at, const std::string& body) {
        const auto id = std::to_string(messages_.size());
        messages_.push_back(std::make_unique<Message>(Message::parse(R"({"topic": "org.fedoraproject.prod.)" + topic +
                                                                     R"(", "msg_id": ")" + id + R"(", "timestamp": )" +
                                                                     std::to_string(at) + R"(, "msg": )" + body + "}")
                                                          .value()));
        return *this;
    }
    std::vector<const Message*> get() const {
        std::vector<const Message*> batch;
        for (const auto& message : messages_) batch.push_back(message.get());
        return batch;
    }

private:
    std::vector<std::unique_ptr<Message>> messages_;
};

Result<Rulebook> load(const std::string& rules) {
    const TempFolder folder;
    write_file(folder / "harp.toml", rules);
    return Rulebook::load({folder.path()});
}

}  // namespace

TEST_CASE("messages of the same key are one sentence, made from all of them, the newest and their number") {
    const auto rulebook = load(harp_rules);
    REQUIRE(rulebook);
    Batch batch;
    batch.add("harp.tuned", 30, R"({"agent": "ilse", "harp": "a", "strings": 3, "package": "x"})")
        .add("harp.tuned", 10, R"({"agent": "bo", "harp": "b", "strings": 1})")
        .add("harp.broken", 20, R"({"agent": "bo", "harp": "a", "strings": 4, "package": "y"})");
    const auto condensed = rulebook->condense(batch.get());
    REQUIRE(condensed.size() == 2);
    const auto& line = condensed[0].line;
    CHECK(condensed[0].members == std::vector<std::size_t>{0, 2});
    CHECK(line.text == "bo and ilse touched a 2 times (7 strings)");
    CHECK(line.rule == "harp.toml:of a harp");
    CHECK(line.title == "harp");
    CHECK(line.service == "harp");
    CHECK(line.link == "https://example.org/a");
    CHECK(line.agent.empty());
    CHECK(line.usernames == std::vector<std::string>{"bo", "ilse"});
    CHECK(line.packages == std::vector<std::string>{"x", "y"});
    CHECK(line.long_form == "bo: broken a https://example.org/a\nilse: tuned a https://example.org/a");
    CHECK(condensed[1].line.text == "bo: tuned b");
    CHECK(condensed[1].members == std::vector<std::size_t>{1});
}

TEST_CASE("rules are tried in their order, and each takes what goes together of those that are left") {
    const auto rulebook = load(harp_rules);
    REQUIRE(rulebook);
    Batch batch;
    batch.add("harp.tuned", 1, R"({"agent": "ilse", "harp": "c"})")
        .add("harp.tuned", 2, R"({"agent": "ilse", "harp": "a"})")
        .add("harp.tuned", 3, R"({"agent": "bo", "harp": "a"})")
        .add("harp.tuned", 4, R"({"agent": "ilse", "harp": "b"})")
        .add("harp.tuned", 5, R"({"agent": "ilse", "harp": "a", "alone": true})")
        .add("harp.hush", 6, R"({"agent": "ilse", "harp": "a"})")
        .add("harp.tuned", 7, R"({"harp": null})")
        .add("harp.tuned", 8, R"({})");
    const auto condensed = rulebook->condense(batch.get());
    REQUIRE(condensed.size() == 4);
    CHECK(condensed[0].line.text == "ilse tuned c then b then a");
    CHECK(condensed[0].line.title == "harp.tuned");
    CHECK(condensed[0].line.agent == "ilse");
    CHECK(condensed[0].line.link == "https://example.org/people/ilse");
    CHECK(condensed[1].line.text == "bo and ilse touched a 2 times (0 strings)");
    // Without a key, a message stays alone.
    CHECK(condensed[2].members == std::vector<std::size_t>{6});
    CHECK(condensed[3].members == std::vector<std::size_t>{7});
    CHECK(rulebook->condense_keys(*batch.get()[7]).empty());
    CHECK(rulebook->condense_keys(*batch.get()[0]).size() == 2);
}

TEST_CASE("a message stays alone where a part of the key or a listed name is missing, or a rule turns condensing off") {
    std::string rules = harp_rules;
    const std::string with_default = "msg.strings | default(0)";
    rules.replace(rules.find(with_default), with_default.size(), "msg.strings");
    Batch batch;
    batch.add("harp.broken", 1, R"({"agent": "ilse", "harp": "a", "strings": 1})")
        .add("harp.broken", 2, R"({"agent": "bo", "harp": "a"})")
        .add("harp.broken", 3, R"({"agent": "bo", "harp": "a", "strings": 2})");
    const auto rulebook = load(rules);
    REQUIRE(rulebook);
    CHECK(rulebook->condense(batch.get()).size() == 2);
    CHECK(rulebook->condense_keys(*batch.get()[1]).empty());

    const TempFolder folder;
    write_file(folder / "a.toml", "[[condense]]\nname = \"never\"\ntopics = [\"harp.broken\"]\noff = true\n");
    write_file(folder / "harp.toml", rules);
    const auto off = Rulebook::load({folder.path()});
    REQUIRE(off);
    CHECK(off->condense(batch.get()).size() == 3);
    CHECK(off->condense_keys(*batch.get()[0]).empty());
}

TEST_CASE("a long form that is cut says how many sentences more there are") {
    const auto rulebook = load(harp_rules);
    REQUIRE(rulebook);
    Batch batch;
    for (int n = 0; n < 900; ++n)
        batch.add("harp.broken", n, R"({"agent": ")" + std::string(200, 'x') + R"(", "harp": "a"})");
    const auto condensed = rulebook->condense(batch.get());
    REQUIRE(condensed.size() == 1);
    const auto& all = condensed[0].line.long_form;
    CHECK(all.size() <= 64 * 1024);
    const auto told = static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
    CHECK(all.ends_with("\n... and " + std::to_string(900 - told) + " more"));
}

TEST_CASE("a condensing rule's mistakes are told with their places, and its examples are run") {
    CHECK(load(harp_rules)->check().empty());
    std::string changed = harp_rules;
    changed.replace(changed.find("ilse tuned a then b"), 19, "ilse tuned a and b ");
    CHECK_THAT(describe(load(changed)->check()), Contains("instead of\n    ilse tuned a and b"));

    const auto broken = load(
        "[names]\nwho = \"msg.agent\"\n[[condense]]\nname = \"x\"\ntopics = [\"a\"]\n"
        "by = \"[whom]\"\nlist = [\"who\", \"whom\"]\ntext = \"{{ cuont }}\"\nlnk = \"\"\n");
    const auto problems = describe(broken.problems());
    CHECK_THAT(problems, Contains(":6:8: there is no name `whom`: did you mean `who`?"));
    CHECK_THAT(problems, Contains(":7:16: there is no name \"whom\" in [names]"));
    CHECK_THAT(problems, Contains(":8:12: there is no name `cuont`: did you mean `count`?"));
    CHECK_THAT(problems, Contains("unknown key \"lnk\""));
    CHECK_THAT(describe(load("[[condense]]\nname = \"x\"\ntopics = [\"a\"]\n").problems()), Contains("\"by\""));
    CHECK_THAT(describe(load("[[condense]]\nname = \"x\"\ntopics = [\"a\"]\nby = \"'x'\"\ntext = \"y\"\n").problems()),
               Contains("the same for every message"));
}

TEST_CASE("a batch of a thousand hostile messages condenses within the bounds") {
    const auto rulebook = load(harp_rules);
    REQUIRE(rulebook);
    Batch batch;
    const std::string long_name(20000, 'x');
    for (int n = 0; n < 1000; ++n)
        batch.add("harp.tuned", n, R"({"agent": "\u202e\n)" + long_name + std::to_string(n) + R"(", "harp": "a"})");
    const auto condensed = rulebook->condense(batch.get());
    REQUIRE(condensed.size() == 1);
    CHECK(condensed[0].members.size() == 1000);
    CHECK_FALSE(condensed[0].line.text.empty());
    CHECK(condensed[0].line.text.find('\n') == std::string::npos);
    CHECK(condensed[0].line.long_form.size() <= 64 * 1024);
}
