#include <catch2/catch.hpp>

#include "formatters/template/filter.h"
#include "tests/formatters/template/template_fixture.h"
#include "tests/support/world.h"

using Catch::Matchers::Contains;
using fedmsgbot::testing::Workbench;

namespace {

struct Row {
    const char* expression;
    const char* printed;
};

const char* const body = R"({"text": "Grüße an alle", "null": null, "n": 3, "one": 1, "list": ["b", "a", "b"],
    "four": ["d", "c", "b", "a"], "nested": ["a", ["b", null], "", "a"], "mixed": [10, 9, "x"],
    "people": [{"name": "ilse", "role": {"id": 1}}, {"name": "mirko", "role": {"id": 2}}, {"role": {}}],
    "object": {"k": "v", "n": 1}, "lines": "  first\r\nsecond\n", "path": "/srv/pub/harp.tar.gz",
    "comment": "thanks @ilse, @mirko.k. and not me@example.org"})";

}  // namespace

TEST_CASE("filters do what docs/rules.md says") {
    const auto row = GENERATE(values<Row>({
        {"msg.gone | default('x')", "x"},
        {"msg.null | default('x')", ""},
        {"msg.null | default('x', true)", "x"},
        {"msg.null | default('x', also_when_empty=true)", "x"},
        {"msg.gone | default(msg.gone) | default('y')", "y"},
        {"msg.text | truncate(5)", "Grüße..."},
        {"msg.text | truncate(13)", "Grüße an alle"},
        {"msg.text | truncate(n=3, end='')", "Grü"},
        {"msg.text | truncate(-1)", "..."},
        {"msg.gone | truncate(5)", ""},
        {"msg.n | truncate(5)", "3"},
        {"msg.list | join", "b, a, b"},
        {"msg.nested | join('+')", "a+b++a"},
        {"'single' | join", "single"},
        {"msg.gone | join", ""},
        {"msg.people | join", "ilse, mirko"},
        {"msg.people | series", "ilse and mirko"},
        {"['', 'b', 'a'] | series", "a and b"},
        {"['', 'b'] | oxford", "'b'"},
        {"'a,b,,c' | split(',') | join('/')", "a/b//c"},
        {"msg.list | series", "a and b"},
        {"['a'] | series", "a"},
        {"['c', 'b', 'a'] | series", "a, b, and c"},
        {"msg.four | series", "a, b, and 2 others"},
        {"msg.four | series(limit=4)", "a, b, c, and d"},
        {"[] | series", "(nothing)"},
        {"msg.gone | series", "(nothing)"},
        {"['b'] | oxford", "'b'"},
        {"msg.list | oxford", "'b', 'a', and 'b'"},
        {"['b', 'a'] | oxford(quote='')", "b and a"},
        {"msg.path | basename", "harp.tar.gz"},
        {"'a/b/' | basename", "b"},
        {"'plain' | basename", "plain"},
        {"msg.path | dirname", "/srv/pub"},
        {"'plain' | dirname", ""},
        {"'/x' | dirname", "/"},
        {"' a  b ' | split", "a, b"},
        {"'a,b,,c' | split(',')", "a, b, c"},
        {"msg.gone | split", ""},
        {"msg.lines | splitlines", "  first, second"},
        {"msg.lines | first_line", "first"},
        {"'a.b.a' | replace('a', 'xx')", "xx.b.xx"},
        {"'abc' | replace('', 'x')", "abc"},
        {"msg.n ~ ' file' ~ (msg.n | plural)", "3 files"},
        {"msg.one ~ ' file' ~ (msg.one | plural)", "1 file"},
        {"msg.list | plural('child', 'children')", "children"},
        {"'0123456789' | short_hash", "01234567"},
        {"'python-arrow-0.8-1.fc22' | package_of_nvr", "python-arrow"},
        {"['a-1-1', 'b-c-1-1'] | package_of_nvr", "a, b-c"},
        {"'plain' | package_of_nvr", "plain"},
        {"'python-arrow-0.8-1.fc22' | version_of_nvr", "0.8-1.fc22"},
        {"'ralph' | avatar",
         "https://seccdn.libravatar.org/avatar/9c9f7784935381befc302fe3c814f9136e7a33953d0318761669b8643f4df55c"
         "?s=64&d=retro"},
        {"'ilse@example.org' | avatar_of_email(size=32)",
         "https://seccdn.libravatar.org/avatar/2d296d9244d9c914d2392e4d14f02fbe?s=32&d=retro"},
        {"msg.gone | avatar", ""},
        {"'abc' | sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"'build' | past_tense", "built"},
        {"'update' | past_tense", "updated"},
        {"'apply' | past_tense", "applied"},
        {"'deploy' | past_tense", "deployed"},
        {"'unpush' | past_tense", "unpushed"},
        {"'submit' | past_tense", "submitted"},
        {"timestamp | date", "2014-05-13 16:53"},
        {"timestamp | date('%d %b %Y')", "13 May 2014"},
        {"'soon' | date", ""},
        {"'ÄÖß Жук ΣΑ' | lower", "äöß жук σα"},
        {"'äöß žuk σα ÿ' | upper", "ÄÖß ŽUK ΣΑ ÿ"},
        {"'éCOLE' | capitalize", "École"},
        {"'the harp-sig' | title", "The Harp-Sig"},
        {"'  x ' | strip", "x"},
        {"'--x-' | lstrip('-')", "x-"},
        {"'--x-' | rstrip('-')", "--x"},
        {"msg.list | first ~ msg.list | last", "bb"},
        {"'Grün' | first", "G"},
        {"msg.list | length", "3"},
        {"msg.text | count", "13"},
        {"msg.gone | length", "0"},
        {"msg.mixed | sort", "10, 9, x"},
        {"[10, 9, 9.5] | sort", "9, 9.5, 10"},
        {"[1, [2, 3], 'x', none] | sum", "6"},
        {"[1, 0.5] | sum", "1.5"},
        {"[9223372036854775807, 1] | sum > 9000000000000000000", "True"},
        {"msg.missing | sum", "0"},
        {"msg.nested | unique", "a, b"},
        {"msg.list | reverse", "b, a, b"},
        {"msg.object | keys", "k, n"},
        {"msg.object | values", "v, 1"},
        {"msg.object | items", "k, v, n, 1"},
        {"msg.people | map('name') | join", "ilse, mirko"},
        {"msg.people | map(attribute='role.id') | sort", "1, 2"},
        {"msg.people | selectattr('name', 'equalto', 'ilse') | map('role.id') | join", "1"},
        {"msg.people | selectattr('name') | length", "2"},
        {"msg.people | rejectattr('name', 'in', ['ilse']) | length", "2"},
        {"'12' | int + 1", "13"},
        {"'x' | int", "0"},
        {"'x' | int(-1)", "-1"},
        {"'2.5' | float", "2.5"},
        {"5 | string ~ 5", "55"},
        {"msg.text | starts_with('Gr')", "True"},
        {"msg.gone | starts_with('Gr')", "False"},
        {"msg.text | ends_with('alle')", "True"},
        {"msg.list | contains('a')", "True"},
        {"msg.object | contains('k')", "True"},
        {"'rpms/harp' | remove_prefix('rpms/')", "harp"},
        {"'harp.git' | remove_suffix('.git')", "harp"},
        {"'a.b.c' | word(1)", "b"},
        {"'a.b.c' | word(-1)", "c"},
        {"'a/b' | word(n=5, sep='/')", ""},
        {"'User:Ilse/Notes' | regex_search('^User:([^/]+)', 1)", "Ilse"},
        {"'a1b22' | regex_search('\\d+')", "1"},
        {"'none' | regex_search('x(y)', 1) is defined", "False"},
        {"'a1b22' | regex_replace('[0-9]+', '#')", "a#b#"},
        {"'ab' | regex_replace('(a)(b)', '\\2\\1')", "ba"},
        {"'a b/ü&' | urlencode", "a%20b/%C3%BC%26"},
        {"msg.object | tojson", R"({"k":"v","n":1})"},
        {"[true, none, 'a\"b'] | tojson", R"([true,null,"a\"b"])"},
        {"msg.comment | mentions", "ilse, mirko.k"},
        {"msg.nested | affix('x/', '!')", "x/a!, x/b!, x/a!"},
        {"msg.list | upper", "B, A, B"},
        {"msg.null | upper", ""},
    }));
    CAPTURE(row.expression);
    CHECK(Workbench(body).print(row.expression) == row.printed);
}

TEST_CASE("an account is found by nick or e-mail, else by Fedora's own mail domain, else left as it is") {
    Workbench bench;
    bench.accounts = {{"ilse-hub", "ilse"}, {"m@example.org", "mirko"}};
    CHECK(bench.print("'ilse-hub' | account") == "ilse");
    CHECK(bench.print("'odalys@fedoraproject.org' | account") == "odalys");
    CHECK(bench.print("'x@example.org' | account") == "x@example.org");
    CHECK(bench.print("['m@example.org', ['x@example.org', 'nick'], none] | accounts") == "mirko, nick");
}

TEST_CASE("every filter takes every kind of value without complaint") {
    Workbench bench(R"({"v": [null, true, -1, 1e300, "", "text", [], [[1], {}], {}, {"a": {"b": [1]}}]})");
    for (const auto& name : fedmsgbot::tmpl::filter_names()) {
        const auto* filter = fedmsgbot::tmpl::find_filter(name);
        for (const std::string argument : {"missing()", "none", "-5", "'x'", "msg.v", "{}"}) {
            std::string call = "v | " + name;
            for (std::size_t n = 0; n < filter->parameter_count(); ++n) {
                const bool is_pattern = n == 0 && filter->has_regex;
                const auto value = is_pattern ? "'x*'" : argument == "missing()" ? "msg.gone" : argument;
                // A text in quotes would have to be a map's name.
                const bool is_map = n == 0 && name == "lookup" && value == "'x'";
                call += (n ? ", " : "(") + (is_map ? "msg" : value);
            }
            if (filter->parameter_count() > 0) call += ")";
            CAPTURE(call);
            CHECK_NOTHROW(bench.render("{% for v in msg.v %}{{ " + call + " }}{% endfor %}{% set v = msg.gone %}{{ " +
                                       call + " }}"));
        }
    }
}

TEST_CASE("every filter is documented, and nothing else is") {
    const auto page = fedmsgbot::testing::read_file(fedmsgbot::testing::source_folder() / "docs" / "rules.md");
    auto names = fedmsgbot::tmpl::filter_names();
    for (const auto& name : names) CHECK_THAT(page, Contains("\n| `" + name));
    std::size_t rows = 0;
    const auto section = page.find("## Filters");
    REQUIRE(section != std::string::npos);
    for (auto at = page.find("\n| `", section); at != std::string::npos; at = page.find("\n| `", at + 1)) {
        ++rows;
        const auto name = page.substr(at + 4, page.find_first_of("`(", at + 4) - at - 4);
        CAPTURE(name);
        CHECK(fedmsgbot::tmpl::find_filter(name) != nullptr);
    }
    CHECK(rows == names.size());
}
