#include <catch2/catch.hpp>

#include "tests/formatters/template/template_fixture.h"

using Catch::Matchers::Contains;
using fedmsgbot::testing::Workbench;

namespace {

struct Row {
    const char* source;
    const char* printed;
};

const char* const body = R"({"list": ["a", "b", "c"], "none": [], "object": {"x": 1, "y": 2}, "one": "single",
    "evil": "{{ topic }}{% if %}"})";

}  // namespace

TEST_CASE("templates mean what they mean in Jinja") {
    const auto row = GENERATE(values<Row>({
        {"plain { text } % }} here", "plain { text } % }} here"},
        {"a{# {{ nothing }} #}b", "ab"},
        {"a {#- x -#} b", "ab"},
        {"a  {{- 'x' -}}  b", "axb"},
        {"a {%- if true %} x {% endif -%} b", "a x b"},
        {"{{ 'a }} b' }}", "a }} b"},
        {"{{ {} | length }}", "0"},
        {"{% if msg.none %}a{% elif msg.one %}b{% else %}c{% endif %}", "b"},
        {"{% if msg.none %}a{% else %}c{% endif %}", "c"},
        {"{% for x in msg.list %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "a, b, c"},
        {"{% for x in msg.list %}{{ loop.index }}{{ loop.first }}{{ loop.length }} {% endfor %}",
         "1True3 2False3 3False3 "},
        {"{% for x in msg.none %}x{% else %}nobody{% endfor %}", "nobody"},
        {"{% for x in msg.gone %}x{% else %}nobody{% endfor %}", "nobody"},
        {"{% for x in msg.one %}<{{ x }}>{% endfor %}", "<single>"},
        {"{% for k, v in msg.object %}{{ k }}={{ v }};{% endfor %}", "x=1;y=2;"},
        {"{% for k, v in msg.object | items %}{{ k }}={{ v }};{% endfor %}", "x=1;y=2;"},
        {"{% for k in msg.object %}{{ k }}{% endfor %}", "xy"},
        {"{% for a in msg.list %}{% for b in msg.list[:2] %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}",
         "121 122 123 "},
        {"{% set x = 'in' %}{% for a in msg.list %}{% set x = a %}{{ x }}{% endfor %}{{ x }}", "abcin"},
        {"{% for a in msg.list %}{% if loop.first %}{% set x = a %}{% endif %}<{{ x }}>{% endfor %}", "<a><><>"},
        {"{% if true %}{% set x = 1 %}{% endif %}{{ x }}", "1"},
        {"{% set x = 'a' %}{% set x = x ~ 'b' %}{{ x }}", "ab"},
        {"{{ msg.evil }}", "{{ topic }}{% if %}"},
    }));
    CAPTURE(row.source);
    CHECK(Workbench(body).render(row.source) == row.printed);
}

TEST_CASE("a mistake is shown with its place, its line and a caret") {
    const auto text = Workbench().mistake("one\n{{ msg.a | truncat(3) }}");
    CHECK(text ==
          "rules.toml:7:16: there is no filter `truncat`: did you mean `truncate`?\n"
          "    {{ msg.a | truncat(3) }}\n"
          "               ^\n");
}

TEST_CASE("every mistake says what is wrong") {
    const auto row = GENERATE(values<Row>({
        {"{{ mgs.a }}", "there is no name `mgs`: did you mean `msg`?"},
        {"{{ qqqqq }}", "there is no name `qqqqq`"},
        {"{{ msg.a", "}} is missing"},
        {"{% if a", "%} is missing"},
        {"{# a", "#} is missing"},
        {"{{ 'a }}", "closing quote is missing"},
        {"{% if msg %}x", "{% endif %} is missing"},
        {"{% for x in msg %}x", "{% endfor %} is missing"},
        {"{% endif %}", "`endif` has nothing to belong to here"},
        {"{% fro x in y %}", "there is no statement `fro`: did you mean `for`?"},
        {"{% if msg %}{% endfor %}", "`endfor` has nothing to belong to"},
        {"{{ msg | truncate }}", "`truncate` needs its argument `n`"},
        {"{{ msg | lower(1) }}", "`lower` takes 0 arguments at most"},
        {"{{ msg | truncate(1, '', 3) }}", "`truncate` takes 2 arguments at most"},
        {"{{ msg | truncate(m=1) }}", "there is no argument of `truncate` named `m`"},
        {"{{ msg | truncate(1, n=1) }}", "given twice"},
        {"{{ msg | regex_search('(') }}", "bad regular expression"},
        {"{{ msg | regex_search(topic) }}", "a pattern has to be a text in quotes"},
        {"{{ msg | lookup('x') }}", "there is no map `x`"},
        {"{{ msg is defind }}", "there is no test `defind`: did you mean `defined`?"},
        {"{{ lower(msg) }}", "there are no functions"},
        {"{{ msg.a() }}", "expected `}}`"},
        {"{{ {'a': 1} }}", "only {} is a literal"},
        {"{{ 1 + }}", "expected a name, a literal or `(` here"},
        {"{{ msg ! }}", "`!` has no meaning here"},
        {"{{ loop.index }}", "there is no name `loop`"},
        {"{% for x in msg %}{{ loop.idx }}{% endfor %}", "there is no field of `loop` named `idx`"},
        {"{% for x in msg %}{% endfor %}{{ x }}", "there is no name `x`"},
    }));
    CAPTURE(row.source);
    CHECK_THAT(Workbench().mistake(row.source), Contains(row.printed));
}

TEST_CASE("what is nested beyond reason is a mistake, not a crash") {
    CHECK_THAT(Workbench().mistake("{{ " + std::string(5000, '(') + " }}"), Contains("nested too deeply"));
    CHECK_THAT(Workbench().mistake("{{ " + std::string(5000, '-') + "1 }}"), Contains("nested too deeply"));
    std::string blocks, sum = "{{ 1", members = "{{ msg";
    for (int n = 0; n < 3000; ++n) {
        blocks += "{% if msg %}";
        sum += " ~ topic | lower";
        members += ".a";
    }
    CHECK_THAT(Workbench().mistake(blocks), Contains("nested too deeply"));
    CHECK_THAT(Workbench().mistake(sum + " }}"), Contains("too long"));
    CHECK_THAT(Workbench().mistake(members + " }}"), Contains("too long"));
}

TEST_CASE("output ends at its limit") {
    CHECK(Workbench(body).render("{% for x in msg.list %}{{ x }}{{ x }}{% endfor %}", 5) == "aabbc");
}

TEST_CASE("loops end at their limit however many a message asks for") {
    std::string list = "[0";
    for (int n = 0; n < 300; ++n) list += ",0";
    Workbench bench("{\"l\": " + list + "]}");
    const auto out = bench.render(
        "{% for a in msg.l %}{% for b in msg.l %}{% for c in msg.l %}x{% endfor %}{% endfor %}{% endfor %}", 1 << 20);
    CHECK(out.size() < 10001);
    CHECK(out.size() > 9000);
}

TEST_CASE("doubling a text or a list ends when the message's memory is spent") {
    Workbench bench(R"({"l": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]})");
    const std::string loop = "{% for a in msg.l %}{% for b in msg.l %}";
    const std::string done = "{% endfor %}{% endfor %}done";
    CHECK(bench.render("{% set l = msg.l %}" + loop + "{% set l = l + l + msg.l + msg.l %}{% set m = l * 2 %}" + done)
              .ends_with("done"));
    std::string doubling = "{% set t = 'xxxxxxxxxxxxxxxx' %}{% set l = msg.l %}";
    for (int n = 0; n < 60; ++n) doubling += "{% set t = t ~ t %}{% set l = l + l %}";
    CHECK(bench.render(doubling + "{{ t | length }} {{ l | length }} done").ends_with("done"));
}

TEST_CASE("work on a huge text is given up in the end") {
    const std::string text(1 << 20, 'x');
    Workbench bench(R"({"t": ")" + text + R"(", "l": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]})");
    const auto out = bench.render(
        "{% for a in msg.l %}{% for b in msg.l %}{% for c in msg.l %}{% if msg.t | contains('y') %}{% endif "
        "%}{% endfor %}{% endfor %}{% endfor %}done");
    CHECK(out == "done");
}
