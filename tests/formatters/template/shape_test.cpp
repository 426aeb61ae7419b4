#include "formatters/template/shape.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/formatters/template/template_fixture.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

class Desk {
public:
    Desk() {
        bench_.scope.maps["state"] = {{"0", "tuned"}, {"1", "broke"}, {"2", "broke"}};
        bench_.scope.maps["many"] = {{"0", "a"}, {"1", "b"}, {"2", "c"}, {"3", "d"}, {"4", "e"}};
        bench_.name("who", "msg.agent | default(msg.user, true) | default('somebody')");
        bench_.name("whose", "who ~ \"'s \" if who else ''");
        bench_.name("tool", "'harp' if msg.x else 'lyre'");
        bench_.name("path", "'fork/' ~ msg.name if msg.fork else msg.name");
        bench_.name("story", "'" + std::string(100, 'w') + "'");
    }

    std::string shape(const std::string& source) const {
        const auto made = tmpl::Template::compile(source, bench_.scope, [](std::size_t) { return Position(); });
        if (!made) throw std::runtime_error(describe(made.problems()));
        tmpl::ShapeContext context(bench_.scope, bench_.named);
        return made->shape(context).text();
    }

    void name(const std::string& name, const std::string& expression) { bench_.name(name, expression); }

private:
    Workbench bench_;
};

}  // namespace

TEST_CASE("a shape keeps the words and names what the message says") {
    const auto [source, shape] = GENERATE(table<std::string, std::string>({
        {"a harp", "a harp"},
        {"", ""},
        {"{{ msg.agent }} tuned it", "<agent> tuned it"},
        {"{{ who }} tuned {{ msg.update.title | truncate(40) }}", "<who> tuned <title>"},
        {"{{ msg['full name'] }} {{ msg.list[0] }} {{ msg.text[:8] }}", "<full name> <list> <text>"},
        {"{{ words[5] }} {{ words[-1] }} {{ topic }}", "<word 5> <last word> <topic>"},
        {"{{ msg.a | default('x') }} {{ msg.a or msg.b }} {{ msg.a and msg.b }}", "<a> <a> <b>"},
        {"{{ 'x' ~ msg.a ~ 5 }} {{ 'x' + msg.a }} {{ msg.a + 1 }} {{ -msg.a }}", "x<a>5 x<a> <a> <a>"},
        {"{{ [msg.a, msg.b] | join(' and ') }}", "<a>, <b>"},
        {"{{ msg.commits | length }} commits", "<number of commits> commits"},
        {"{{ none }}{{ '' }}{{ true }}", "True"},
    }));
    CHECK(Desk().shape(source) == shape);
}

TEST_CASE("a shape shows choices and what may be missing") {
    const auto [source, shape] = GENERATE(table<std::string, std::string>({
        {"{{ 'tuned' if msg.x else 'broke' }} it", "{tuned|broke} it"},
        {"{{ 'a' if msg.x else 'b' if msg.y else 'c' }}", "{a|b|c}"},
        {"{{ 'a' if msg.x else 'a' }}", "a"},
        {"it{{ ' again' if msg.x }}", "it[ again]"},
        {"it{% if msg.x %} again{% elif msg.y %} once{% endif %}", "it[ again| once]"},
        {"{% if msg.x %}{{ msg.x }}{% else %}nothing{% endif %}", "{<x>|nothing}"},
        {"{% if msg.x %}{{ 'a' if msg.y else 'b' }} c{% else %}d{% endif %}", "{{a|b} c|d}"},
        {"{{ msg.new | lookup('state') }} it", "{tuned|broke} it"},
        {"{{ msg.new | lookup('state', 'touched') }}", "{tuned|broke|touched}"},
        {"{{ msg.new | lookup('many') }}", "{a|b|c|d|...}"},
        {"{{ msg.new | lookup(msg.table) }}", "<new>"},
        {"commit{{ msg.n | plural }} {{ msg.n | plural('is', 'are') }}", "commit[s] {is|are}"},
        {"{{ msg.x is defined }} {{ not msg.x }} {{ msg.x == 1 }}", "{True|False} {True|False} {True|False}"},
    }));
    CHECK(Desk().shape(source) == shape);
}

TEST_CASE("names are looked into where they are words of the sentence") {
    const auto [source, shape] = GENERATE(table<std::string, std::string>({
        {"{{ whose }}{{ tool }}", "[<who>'s ]{harp|lyre}"},
        {"{{ path }} {{ story }}", "<path> <story>"},
        {"{% set kind = 'a ' ~ msg.x %}{{ kind }}", "a <x>"},
        {"{% set kind = msg.x %}{{ kind }}", "<kind>"},
        {"{% if msg.x %}{% set kind = 'a' %}{% else %}{% set kind = 'b' %}{% endif %}{{ kind }}", "{a|b}"},
    }));
    CHECK(Desk().shape(source) == shape);
}

TEST_CASE("a loop's shape is one round of it") {
    const Desk desk;
    CHECK(desk.shape("{% for x in msg.list %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}") == "<x>[, ]...");
    CHECK(desk.shape("{% for k, v in msg.list %}{{ k }}={{ v }} {% else %}none{% endfor %}") == "{<k>=<v> ...|none}");
    CHECK(desk.shape("{% for x in msg.list %}{% set y = x %}{% endfor %}") == "");
}

TEST_CASE("a shape stays short and is soon made, whatever the template") {
    Desk desk;
    std::string last = "msg.x ~ ' a ' ~ msg.y";
    for (int n = 0; n < 60; ++n) {
        desk.name(fmt::format("n{}", n), last);
        last = fmt::format("n{0} ~ n{0} ~ n{0}", n);
    }
    CHECK(desk.shape("{{ n59 }} {{ n59 }}").size() < 2000);
    std::string many;
    for (int n = 0; n < 500; ++n) many += "{% if msg.x %}" + std::string(30, 'w') + "{{ msg.y }}{% endif %}";
    CHECK(desk.shape(many).size() < 2000);
}
