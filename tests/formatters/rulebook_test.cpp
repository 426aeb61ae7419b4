#include "formatters/rulebook.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "bot/core/text.h"
#include "tests/support/world.h"

using Catch::Matchers::Contains;
using namespace fedmsgbot;
using fedmsgbot::testing::TempFolder;
using fedmsgbot::testing::write_file;

namespace {

const char* const harp_rules = R"x(service = "harp"
icon = "https://example.org/harp.png"
agent = "{{ who }}"
usernames = "[who, msg.others]"
link = "https://example.org/{{ msg.id }}"

[names]
who = "msg.agent | default(msg.user, true)"

[maps.state]
0 = "tuned"
1 = "broke"

[[rule]]
name = "broken"
topics = ["harp.state"]
when = "msg.new == 1"
text = "{{ who }} {{ msg.new | lookup(state) }} the harp"

[[rule.example]]
message = '{"topic": "org.fedoraproject.prod.harp.state", "msg": {"agent": "ilse", "new": 1, "id": 4}}'
text = "ilse broke the harp"
link = "https://example.org/4"
usernames = ["ilse"]

[[rule]]
name = "state"
topics = ["harp.state", "harp.*.state"]
text = "{{ who }} {{ msg.new | lookup(state, 'touched') }} the harp{{ msg.how }}"
link = ""
packages = "msg.packages"
long_form = "{{ msg.notes }}"
title = "harp"

[[rule]]
name = "silence"
topics = ["harp.silence"]
text = "{{ msg.nothing }}"
)x";

class Rules {
public:
    explicit Rules(const std::string& text, const std::string& name = "harp.toml") { write_file(folder_ / name, text); }

    void add(const std::string& name, const std::string& text) { write_file(folder_ / name, text); }
    Rulebook load(Accounts accounts = {}) const {
        auto rulebook = Rulebook::load({folder_.path()}, std::move(accounts));
        if (!rulebook) FAIL(describe(rulebook.problems()));
        return std::move(rulebook).value();
    }
    std::string problems() const {
        const auto rulebook = Rulebook::load({folder_.path()});
        return rulebook ? "" : describe(rulebook.problems());
    }

private:
    TempFolder folder_;
};

Message message(const std::string& topic, const std::string& body) {
    return Message::parse(R"({"topic": "org.fedoraproject.prod.)" + topic + R"(", "msg_id": "1", "msg": )" + body + "}")
        .value();
}

}  // namespace

TEST_CASE("the first rule whose topic matches and whose condition holds makes the line") {
    const auto rulebook = Rules(harp_rules).load();
    const auto broken = rulebook.render(message("harp.state", R"({"agent": "ilse", "new": 1, "id": 9})"));
    CHECK(broken.rule == "harp.toml:broken");
    CHECK(broken.text == "ilse broke the harp");
    CHECK(broken.link == "https://example.org/9");
    CHECK(broken.icon == "https://example.org/harp.png");
    CHECK(broken.title == "harp.state");
    CHECK(broken.service == "harp");
    CHECK(broken.agent == "ilse");
    const auto tuned = rulebook.render(message("harp.old.state", R"({"user": "mirko", "new": 0})"));
    CHECK(tuned.rule == "harp.toml:state");
    CHECK(tuned.text == "mirko tuned the harp");
    CHECK(tuned.link.empty());
    CHECK(tuned.title == "harp");
}

TEST_CASE("the sentence alone is the same as in the whole line, and nothing else is made") {
    const auto rulebook = Rulebook::load({});
    REQUIRE(rulebook);
    for (const auto& example : rulebook->example_messages()) {
        const auto message = Message::parse(example).value();
        const auto part = rulebook->render(message, LineParts::sentence), whole = rulebook->render(message);
        CAPTURE(example);
        CHECK(part.text == whole.text);
        CHECK(part.link == whole.link);
        CHECK(part.title == whole.title);
        CHECK(part.service == whole.service);
        CHECK(part.rule == whole.rule);
        CHECK(rulebook->rule_of(message) == whole.rule);
        if (whole.rule != "fallback") CHECK((part.icon + part.agent + part.long_form).empty());
    }
}

TEST_CASE("a rule is found by whatever its patterns begin with") {
    Rules rules(
        "[[rule]]\nname = \"domain\"\ntopics = [\"org.fedoraproject.prod.harp.a\"]\ntext = \"a\"\n"
        "[[rule]]\nname = \"service\"\ntopics = [\"lute.x\", \"harp.b\"]\ntext = \"b\"\n"
        "[[rule]]\nname = \"star\"\ntopics = [\"*.stg.harp.c\"]\ntext = \"c\"\n"
        "[[rule]]\nname = \"hash\"\ntopics = [\"#.d\"]\ntext = \"d\"\n"
        "[[rule]]\nname = \"late\"\ntopics = [\"harp.#\"]\ntext = \"late\"\n");
    const auto rulebook = rules.load();
    for (const auto& [topic, name] :
         std::vector<std::pair<std::string, std::string>>{{"org.fedoraproject.prod.harp.a", "domain"},
                                                          {"org.fedoraproject.prod.harp.b", "service"},
                                                          {"harp.b", "service"},
                                                          {"org.fedoraproject.stg.harp.c", "star"},
                                                          {"org.fedoraproject.prod.harp.d", "hash"},
                                                          {"d", "hash"},
                                                          {"org.fedoraproject.prod.harp.e", "late"}}) {
        CAPTURE(topic);
        CHECK(rulebook.rule_of(Message::parse(R"({"topic": ")" + topic + R"(", "msg": {}})").value()) ==
              "harp.toml:" + name);
    }
}

TEST_CASE("named values are worked out anew for each message") {
    const auto rulebook = Rules(harp_rules).load();
    for (const std::string who : {"ilse", "mirko", "odalys"})
        CHECK(rulebook.render(message("harp.state", R"({"agent": ")" + who + R"("})")).text ==
              who + " touched the harp");
}

TEST_CASE("lists are flattened, sorted, without repeats and without nothing") {
    const auto rulebook = Rules(harp_rules).load();
    const auto line = rulebook.render(
        message("harp.state", R"({"agent": "ilse", "others": ["zoe", "", null, ["ilse", "bo"]], "packages": "lone"})"));
    CHECK(line.usernames == std::vector<std::string>{"bo", "ilse", "zoe"});
    CHECK(line.packages == std::vector<std::string>{"lone"});
    CHECK(line.objects.empty());
}

TEST_CASE("no control byte of a message reaches the line") {
    const auto rulebook = Rules(harp_rules).load();
    const auto line = rulebook.render(
        message("harp.state",
                R"({"agent": "il\u0000se\r\nQUIT", "how": "\u0007\u202e!", "notes": "one\ntwo\u0001", "id": 1})"));
    CHECK(line.text == "il se QUIT touched the harp !");
    CHECK(line.agent == "il se QUIT");
    CHECK(line.long_form == "one\ntwo");
}

TEST_CASE("a sentence has at most 1,000 characters and ends with an ellipsis where it was cut") {
    const auto rulebook = Rules(harp_rules).load();
    std::string how;
    while (how.size() < 100'000) how += " gently";
    const auto line = rulebook.render(message("harp.state", R"({"agent": "ilse", "how": ")" + how + R"("})"));
    CHECK(line.text.starts_with("ilse touched the harp gently gently"));
    CHECK(line.text.ends_with(" gently\u2026"));
    CHECK(code_points(line.text) <= 1000);
    CHECK(code_points(line.text) > 990);
}

TEST_CASE("a sentence that shows nothing is none") {
    const auto rulebook = Rules(harp_rules).load();
    const auto line =
        rulebook.render(message("harp.silence", R"({"nothing": "\u202e\u200b\u200d \u00a0", "user": "bo"})"));
    CHECK(line.text == "harp.silence: by bo");
}

TEST_CASE("a rule that has nothing to say falls back to a sentence") {
    const auto rulebook = Rules(harp_rules).load();
    const auto line = rulebook.render(message("harp.silence", R"({"user": "ilse", "status": "ok"})"));
    CHECK(line.rule == "fallback");
    CHECK(line.text == "harp.silence: by ilse, status ok");
    CHECK(line.icon == "https://example.org/harp.png");
}

TEST_CASE("explain says why each rule was passed over") {
    const auto rulebook = Rules(harp_rules).load();
    const auto considered = rulebook.explain(message("harp.state", R"({"new": 0})"));
    REQUIRE(considered.size() == 2);
    CHECK(considered[0].rule == "harp.toml:broken");
    CHECK_THAT(considered[0].hindrance, Contains("condition"));
    CHECK(considered[1].rule == "harp.toml:state");
    CHECK(considered[1].hindrance.empty());
    CHECK_THAT(rulebook.explain(message("harp.silence", "{}")).front().hindrance, Contains("other topics"));
    CHECK(rulebook.explain(message("unheard.of", "{}")).empty());
}

TEST_CASE("an operator's rules come before the shipped ones, files by name") {
    Rules rules("[[rule]]\nname = \"mine\"\ntopics = [\"#\"]\ntext = \"second\"\n", "b.toml");
    rules.add("a.toml", "[[rule]]\nname = \"first\"\ntopics = [\"git.receive\"]\ntext = \"first\"\n");
    rules.add("notes.txt", "no rules");
    const auto rulebook = rules.load();
    CHECK(rulebook.render(message("git.receive", "{}")).rule == "a.toml:first");
    CHECK(rulebook.render(message("bodhi.update.comment", "{}")).rule == "b.toml:mine");
}

TEST_CASE("a partial rule changes what it states and leaves the rest to the next rule that takes the message") {
    Rules rules(harp_rules, "shared.toml");
    rules.add("a.toml", R"([[rule]]
name = "shorter"
topics = ["harp.#"]
when = "msg.id != 13"
inherit = true
text = "{% if msg.new is defined %}{{ msg.agent }}: harp {{ msg.new }}{% endif %}"
[[rule.example]]
message = '{"topic": "org.fedoraproject.prod.harp.state", "msg": {"agent": "ilse", "new": 1, "id": 4}}'
text = "ilse: harp 1"
link = "https://example.org/own"
usernames = ["ilse"]
[[rule]]
name = "elsewhere"
topics = ["harp.state"]
inherit = true
link = "https://example.org/own"
)");
    const auto rulebook = rules.load();
    const auto both = message("harp.state", R"({"agent": "ilse", "new": 1, "id": 4})");
    const auto line = rulebook.render(both);
    CHECK(line.rule == "a.toml:shorter");
    CHECK(line.text == "ilse: harp 1");
    CHECK(line.link == "https://example.org/own");
    CHECK(line.icon == "https://example.org/harp.png");
    CHECK(line.usernames == std::vector<std::string>{"ilse"});
    CHECK(rulebook.render(message("harp.state", R"({"agent": "ilse", "new": 1, "id": 13})")).text ==
          "ilse broke the harp");
    CHECK(rulebook.render(message("harp.other", R"({"agent": "ilse", "new": 1})")).text == "ilse: harp 1");
    // What has nothing to say changes nothing.
    CHECK(rulebook.render(message("harp.state", R"({"agent": "ilse", "user": "bo"})")).text == "ilse touched the harp");

    const auto considered = rulebook.explain(both);
    REQUIRE(considered.size() == 3);
    CHECK_THAT(considered[0].part, Contains("changes a part"));
    CHECK(considered[1].rule == "a.toml:elsewhere");
    CHECK(considered[2].rule == "shared.toml:broken");
    CHECK(considered[2].part.empty());
}

TEST_CASE("a partial rule takes nothing of its file, and must state something") {
    Rules rules(harp_rules, "shared.toml");
    rules.add("a.toml",
              "icon = \"https://example.org/mine.png\"\nagent = \"nobody\"\nlink = \"https://mine.example/\"\n"
              "[[rule]]\nname = \"short\"\ntopics = [\"harp.state\"]\ninherit = true\ntext = \"short\"\n");
    const auto line = rules.load().render(message("harp.state", R"({"agent": "ilse", "new": 1, "id": 4})"));
    CHECK(line.text == "short");
    CHECK(line.link == "https://example.org/4");
    CHECK(line.icon == "https://example.org/harp.png");
    CHECK(line.agent == "ilse");
    rules.add("b.toml", "[[rule]]\nname = \"x\"\ntopics = [\"harp.state\"]\ninherit = true\n");
    CHECK_THAT(rules.problems(), Contains("b.toml:4:11: this rule changes nothing"));
}

TEST_CASE("a title that comes out empty is the topic's") {
    Rules rules("[[rule]]\nname = \"x\"\ntopics = [\"lute\"]\ntext = \"hello\"\ntitle = \"{{ msg.nothing }}\"\n");
    CHECK(rules.load().render(message("lute", "{}")).title == "lute");
}

TEST_CASE("a silent rule leaves nothing to say") {
    Rules rules("[[rule]]\nname = \"hush\"\ntopics = [\"git.receive\"]\nwhen = \"msg.id == 1\"\nsilent = true\n");
    const auto rulebook = rules.load();
    const auto hushed = message("git.receive", R"({"id": 1})");
    CHECK(rulebook.render(hushed).is_silent);
    CHECK(rulebook.render(hushed).rule == "harp.toml:hush");
    CHECK_FALSE(rulebook.render(message("git.receive", R"({"id": 2})")).is_silent);
    CHECK_THAT(rulebook.explain(hushed).back().part, Contains("silent"));
    CHECK(rulebook.check().empty());

    rules.add("b.toml", "[[rule]]\nname = \"both\"\ntopics = [\"x\"]\nsilent = true\ntext = \"but\"\n");
    CHECK_THAT(rules.problems(), Contains("b.toml:4:10: a silent rule says nothing"));
}

TEST_CASE("a file with a mistake keeps nobody from checking the examples of the others") {
    std::string changed = harp_rules;
    changed.replace(changed.find("text = \"ilse broke the harp\""), 28, "text = \"ilse broke it\"      ");
    const TempFolder folder;
    write_file(folder / "harp.toml", changed);
    write_file(folder / "lute.toml", "[[rule]]\nname = \"x\"\ntopics = [\"lute\"]\ntext = \"{{ mgs }}\"\n");
    const auto rulebook = Rulebook::load({folder.path()}, {}, Rulebook::Examples::checked);
    const auto problems = describe(rulebook.problems());
    CHECK_THAT(problems, Contains("lute.toml:4:"));
    CHECK_THAT(problems, Contains("instead of\n    ilse broke it"));
}

TEST_CASE("a rule that can never match is pointed at") {
    const std::string rest = "\ntext = \"x\"\n";
    Rules rules("[[rule]]\nname = \"all\"\ntopics = [\"harp.#\", \"lute.*\"]" + rest +
                "[[rule]]\nname = \"one\"\ntopics = [\"org.fedoraproject.prod.harp.state\", \"lute.new\"]" + rest +
                "[[rule]]\nname = \"more\"\ntopics = [\"harp.state\", \"lute.#\"]" + rest);
    rules.add("z.toml", "[[rule]]\nname = \"late\"\ntopics = [\"harp.new\"]\nsilent = true\n");
    // An operator's rule may well come before shipped ones.
    rules.add("c.toml", "[[rule]]\nname = \"own\"\ntopics = [\"git.#\"]" + rest);
    const auto problems = describe(rules.load().check());
    CHECK_THAT(problems, Contains("harp.toml:5:1: harp.toml:one can never match: harp.toml:all comes first"));
    CHECK_THAT(problems, Contains("z.toml:late can never match"));
    CHECK_THAT(problems, !Contains("more"));
    CHECK_THAT(problems, !Contains("git"));
}

TEST_CASE("an example that comes out differently is a problem at its place") {
    std::string changed = harp_rules;
    changed.replace(changed.find("text = \"ilse broke the harp\""), 28, "text = \"ilse broke it\"      ");
    const auto problems = describe(Rules(changed).load().check());
    CHECK_THAT(problems, Contains("harp.toml:22:8: text is\n    ilse broke the harp\ninstead of\n    ilse broke it"));
    CHECK(Rules(harp_rules).load().check().empty());
}

TEST_CASE("an example that another rule takes, or that is no message, is a problem") {
    std::string text = harp_rules;
    text += "[[rule.example]]\nmessage = '{\"topic\": \"org.fedoraproject.prod.harp.state\", \"msg\": {}}'\n";
    text += "[[rule.example]]\nmessage = 'nonsense'\n";
    const auto problems = describe(Rules(text).load().check());
    CHECK_THAT(problems, Contains("this example of harp.toml:silence is taken by harp.toml:state"));
    CHECK_THAT(problems, Contains("the example's message: no JSON"));
}

TEST_CASE("all mistakes of all files are reported at once, each at its place") {
    Rules rules(R"(icn = "x"
[[rule]]
name = "a"
topics = ["x..y"]
text = "{{ mgs }}"
when = "1 +"
[[rule]]
name = "a"
topics = []
)");
    rules.add("other.toml", "not toml at all");
    const auto problems = rules.problems();
    CHECK_THAT(problems, Contains("harp.toml:1:1: unknown key \"icn\""));
    CHECK_THAT(problems, Contains("harp.toml:4:11: bad topic pattern \"x..y\""));
    CHECK_THAT(problems, Contains("harp.toml:5:12: there is no name `mgs`: did you mean `msg`?"));
    CHECK_THAT(problems, Contains("harp.toml:6:"));
    CHECK_THAT(problems, Contains("there is another rule \"a\" in this file"));
    CHECK_THAT(problems, Contains("a rule needs 1 to"));
    CHECK_THAT(problems, Contains("\"text\""));
    CHECK_THAT(problems, Contains("other.toml:1:"));
    CHECK_THAT(describe(Rulebook::load({"/nonexistent/rules"}).problems()), Contains("cannot be read"));
}

TEST_CASE("no message makes a line that breaks its promises") {
    const auto rulebook = Rulebook::load({});
    REQUIRE(rulebook);
    const std::string long_text(1 << 20, 'x');
    std::vector<std::string> bodies = {"{}",
                                       "[]",
                                       "null",
                                       "\"\"",
                                       "0",
                                       "true",
                                       "[1]",
                                       "{\"\": {}}",
                                       R"({"msg": "\u0000"})",
                                       R"({"agent": {"a": []}, "commit": "x", "update": [1], "user": 5})",
                                       R"({"agent": ")" + long_text + R"("})"};
    for (const auto& example : rulebook->example_messages()) {
        const auto topic = Message::parse(example)->topic();
        for (const auto& body : bodies) {
            const auto odd = Message::parse(R"({"topic": ")" + topic + R"(", "msg": )" + body + "}");
            REQUIRE(odd);
            const auto line = rulebook->render(*odd);
            CAPTURE(topic, body.substr(0, 100), line.rule);
            CHECK_FALSE(line.text.empty());
            CHECK(code_points(line.text) <= 1000);
            CHECK(clean_line(line.text) == line.text);
            CHECK((line.link.empty() || line.link.find_first_of(" \n\"<>") == std::string::npos));
        }
    }
}

TEST_CASE("many topics, as a stranger may invent, leave the memory bounded and the lines right") {
    const auto rulebook = Rules(harp_rules).load();
    for (int n = 0; n < 10000; ++n)
        REQUIRE(rulebook.render(message("harp.t" + std::to_string(n) + ".state", R"({"user": "bo"})")).text ==
                "bo touched the harp");
}
