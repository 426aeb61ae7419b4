#include <catch2/catch.hpp>

#include "tests/formatters/template/template_fixture.h"

using fedmsgbot::testing::Workbench;

namespace {

struct Row {
    const char* expression;
    const char* printed;
};

const char* const body =
    R"({"text": "Grüße", "empty": "", "int": 7, "real": 2.0, "yes": true, "no": false, "null": null,
    "list": ["a", "b", "c"], "pair": [[1, "x"], [2, "y"]], "object": {"k": "v", "n": 1}, "message-content": "dashed",
    "big": 18446744073709551615, "nested": {"deep": {"er": "found"}}, "quote": "it's"})";

}  // namespace

TEST_CASE("expressions mean what they mean in Jinja") {
    const auto row = GENERATE(values<Row>({
        {"'a' ~ 1 ~ none ~ msg.missing", "a1"},
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"7 // 2", "3"},
        {"-7 // 2", "-4"},
        {"-7 % 3", "2"},
        {"7 / 2", "3.5"},
        {"4 / 2", "2.0"},
        {"1 - 2 - 3", "-4"},
        {"'a' + 'b'", "ab"},
        {"[1] + ['x']", "1, x"},
        {"msg.list + msg.missing", "a, b, c"},
        {"9223372036854775807 + 1", "9.223372036854776e+18"},
        {"1 == 1.0 and 1 == true", "True"},
        {"'1' == 1", "False"},
        {"1 < 2", "True"},
        {"'a' < 'b'", "True"},
        {"'a' < 1", "False"},
        {"[1, 'x'] == [1, 'x']", "True"},
        {"msg.list == ['a', 'b', 'c']", "True"},
        {"'a' in msg.list", "True"},
        {"'z' not in msg.list", "True"},
        {"'rü' in msg.text", "True"},
        {"'k' in msg.object", "True"},
        {"'k' in msg.missing", "False"},
        {"not msg.empty", "True"},
        {"msg.empty or 'x'", "x"},
        {"msg.int and 'x'", "x"},
        {"'yes' if msg.yes else 'no'", "yes"},
        {"'yes' if msg.no", ""},
        {"1 if msg.no else 2 if msg.yes else 3", "2"},
        {"msg.nested.deep.er", "found"},
        {"msg['nested']['deep'].er", "found"},
        {"msg['message-content']", "dashed"},
        {"msg.nothing.at.all[3].of.it", ""},
        {"msg.list[0] ~ msg.list[-1]", "ac"},
        {"msg.list[9]", ""},
        {"msg.list[1:]", "b, c"},
        {"msg.list[:-1]", "a, b"},
        {"msg.list[-2:][0]", "b"},
        {"msg.list[2:1]", ""},
        {"msg.text[:3]", "Grü"},
        {"msg.text[-2:]", "ße"},
        {"msg.text[2]", "ü"},
        {"msg.object[msg.list[0]]", ""},
        {"msg.yes ~ msg.null", "True"},
        {"msg.big", "18446744073709551615"},
        {"msg.real", "2.0"},
        {"msg.list", "a, b, c"},
        {"{} | length", "0"},
        {"msg.int is number and msg.text is string and msg.list is sequence", "True"},
        {"msg.object is mapping and msg.null is none and msg.yes is boolean", "True"},
        {"msg.null is defined", "True"},
        {"msg.nothing is defined", "False"},
        {"msg.nothing is not defined", "True"},
        {"msg.nothing is undefined", "True"},
        {"not msg.text is mapping", "True"},
        {"'a' ~ 'b' | upper", "aB"},
        {"not msg.text | starts_with('G')", "False"},
        {"1 / 0", ""},
        {"1 % 0", ""},
        {"'text' * 2", ""},
        {"-msg.text", ""},
        {"topic", "org.fedoraproject.prod.git.receive"},
        {"title ~ ' ' ~ service ~ ' ' ~ env", "git.receive git prod"},
        {"words[3] ~ words[-1]", "gitreceive"},
        {"id ~ sender ~ timestamp", "2014-abcapache1400000000"},
        {"envelope.username", "apache"},
        {"headers.x", ""},
    }));
    CAPTURE(row.expression);
    CHECK(Workbench(body).print(row.expression) == row.printed);
}

TEST_CASE("what is printed is fit for a sentence: no none, no brackets, no braces") {
    const auto row = GENERATE(values<Row>({
        {"none", ""},
        {"msg.null", ""},
        {"[msg.quote, none]", "it's"},
        {"[true, 1.0, none, '', [], 'x']", "True, 1.0, x"},
        {"msg.pair", "1, x, 2, y"},
        {"msg.object", ""},
        {"[msg.object, 'x']", "x"},
        {"msg.ilse", "ilse"},
        {"msg.login", "mirko"},
        {"[msg.ilse, [msg.login]]", "ilse, mirko"},
        {"'by ' ~ msg.ilse", "by ilse"},
        {"msg.ilse | upper", "ILSE"},
        {"msg.object | upper | default('X')", "X"},
        {"{}", ""},
        {"colours", ""},
    }));
    CAPTURE(row.expression);
    Workbench bench(R"({"quote": "it's", "null": null, "pair": [[1, "x"], [2, "y"]], "object": {"k": "v", "n": 1},
        "ilse": {"id": 1, "title": "Dr", "username": "ib", "name": "ilse"},
        "login": {"name": "", "username": {"a": 1}, "login": "mirko"}})");
    bench.scope.maps["colours"] = {{"name", "red"}};
    CHECK(bench.print(row.expression) == row.printed);
}

TEST_CASE("printing an endless structure stays within the message's work") {
    std::string nameless = "{}";
    for (int n = 0; n < 50'000; ++n) nameless += ",{\"a\": 1}";
    const auto deep = std::string(90, '[') + "\"x\"" + std::string(90, ']');
    Workbench bench(R"({"list": [)" + nameless + R"(, "last"], "deep": )" + deep + "}");
    CHECK(bench.print("msg.list") == "");
    CHECK(bench.print("msg.deep") == "");
    CHECK(bench.render("{% for a in msg.list %}{{ [msg.list, msg.list] }}{% endfor %}{{ msg.deep }}") == "");
}

TEST_CASE("numbers print as Python prints them") {
    const auto row = GENERATE(values<Row>({{"1.0", "1.0"},
                                           {"-0.0", "-0.0"},
                                           {"0.1", "0.1"},
                                           {"1e16", "1e+16"},
                                           {"123456789012345680.0", "1.2345678901234568e+17"},
                                           {"1234567890123456.0", "1234567890123456.0"},
                                           {"0.0001", "0.0001"},
                                           {"0.00001", "1e-05"},
                                           {"1.5e-7", "1.5e-07"},
                                           {"1e300", "1e+300"},
                                           {"1412328939.0", "1412328939.0"},
                                           {"3.141592653589793", "3.141592653589793"},
                                           {"-12", "-12"}}));
    CAPTURE(row.expression);
    CHECK(Workbench(std::string(R"({"n": )") + row.expression + "}").print("msg.n") == row.printed);
}

TEST_CASE("a named expression is known to those after it and may hide a built-in name") {
    Workbench bench(R"({"title": "Harp"})");
    bench.name("title", "msg.title");
    bench.name("loud", "title | upper");
    CHECK(bench.print("loud ~ title") == "HARPHarp");
}

TEST_CASE("a map turns values into words, with a word for all others") {
    Workbench bench(R"({"new": 1, "flag": true, "odd": "x"})");
    bench.scope.maps["state"] = {{"1", "complete"}, {"true", "on"}};
    CHECK(bench.print("msg.new | lookup(state)") == "complete");
    CHECK(bench.print("msg.new | lookup('state', 'changed')") == "complete");
    CHECK(bench.print("msg.flag | lookup(state)") == "on");
    CHECK(bench.print("msg.odd | lookup(state, 'changed')") == "changed");
    CHECK(bench.print("msg.gone | lookup(state, 'changed')") == "changed");
    CHECK(bench.print("state[msg.new]") == "complete");
}
