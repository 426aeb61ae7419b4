#include "formatters/template/line_template.h"

#include <catch2/catch.hpp>

namespace fedmsgbot::tmpl {

namespace {

Result<LineTemplate> compile(std::string_view source) {
    return LineTemplate::compile(source, [](std::size_t offset) {
        return Position{"f.toml", 7, static_cast<int>(offset) + 1};
    });
}

Line a_line() {
    Line line;
    line.rule = "git.toml:push";
    line.service = "git";
    line.title = "git.receive";
    line.text = "ralph pushed";
    line.link = "https://a.example/";
    line.icon = "https://a.example/icon";
    line.agent = "ralph";
    line.long_form = "one\ntwo";
    line.usernames = {"ralph", "toshio"};
    line.packages = {"kernel"};
    return line;
}

std::string render(std::string_view source) {
    const auto message = Message::parse(R"({"topic":"org.fedoraproject.prod.git.receive","msg_id":"1","msg":{"n":3}})");
    return compile(source).value().render(*message, a_line());
}

}  // namespace

TEST_CASE("every part of a line has its name in a line's template") {
    CHECK(render("{{ text }}|{{ link }}|{{ title }}|{{ service }}|{{ rule }}") ==
          "ralph pushed|https://a.example/|git.receive|git|git.toml:push");
    CHECK(render("{{ icon }}|{{ secondary_icon }}|{{ agent }}|{{ long_form }}") ==
          "https://a.example/icon||ralph|one\ntwo");
    CHECK(render("{{ usernames | join('+') }}|{{ packages | join('+') }}|{{ objects | join('+') }}") ==
          "ralph+toshio|kernel|");
    CHECK(render("{% for name in usernames %}<{{ name }}>{% endfor %}{% if objects %}x{% endif %}") ==
          "<ralph><toshio>");
}

TEST_CASE("the message is there too, in the language of the rules") {
    CHECK(render("{{ msg.n }} {{ topic }} {{ words[3] }} {{ text | upper }}") ==
          "3 org.fedoraproject.prod.git.receive git RALPH PUSHED");
}

TEST_CASE("a mistake in a line's template has its place") {
    const auto made = compile("{{ text }} {{ txet }}");
    REQUIRE_FALSE(made);
    CHECK(made.problems().front().where.column == 15);
    CHECK(made.problems().front().text.find("txet") != std::string::npos);
}

TEST_CASE("a line's template says how much of a line it reads") {
    CHECK(compile("{{ text }} {{ link }} #{{ service }} {{ msg.agent }}")->reads() == LineParts::sentence);
    for (const char* source : {"{{ agent }}", "{{ long_form }}", "{% if packages %}x{% endif %}"})
        CHECK(compile(source)->reads() == LineParts::all);
}

}  // namespace fedmsgbot::tmpl
