#include "formatters/fallback.h"

#include <catch2/catch.hpp>

#include "bot/core/text.h"

using namespace fedmsgbot;

namespace {

Line line_of(const std::string& body) {
    return fallback_line(
        Message::parse(R"({"topic": "org.fedoraproject.prod.ansible.playbook.complete", "msg": )" + body + "}")
            .value());
}

struct Row {
    const char* body;
    const char* text;
};

}  // namespace

TEST_CASE("a fallback sentence says who, what and how from common fields") {
    const auto row = GENERATE(values<Row>({
        {R"({"user": "threebean", "status": "ok"})", "by threebean, status ok"},
        {R"({"agent": {"name": "ilse"}, "package": {"name": "harp"}, "state": 3})", "by ilse, package harp, state 3"},
        {R"({"agent": {"name": "", "login": "ilse"}, "name": [], "id": {"id": 4}, "status": 2.5})", "by ilse"},
        {R"({"user": null, "name": "", "a": 1, "b": 2, "c": 3})", "a message of 5 fields (user, name, a, b, c)"},
        {R"({"a": 1})", "a message of 1 field (a)"},
        {R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1})", "a message of 7 fields (a, b, c, d, e, f, ...)"},
        {"{}", "a message without fields"},
    }));
    CAPTURE(row.body);
    CHECK(line_of(row.body).text == std::string("ansible.playbook.complete: ") + row.text);
}

TEST_CASE("a fallback sentence is one short line, whatever the topic and the names are") {
    const auto message =
        Message::parse(R"({"topic": "org.fedoraproject.prod.)" + std::string(700, 't') + R"(", "msg": {")" +
                       std::string(5000, 'k') + R"(\n": 1, ")" + std::string(5000, 'l') + R"(": {}}})");
    const auto text = fallback_line(message.value()).text;
    CHECK(code_points(text) <= 1000);
    CHECK(clean_line(text) == text);
}

TEST_CASE("a fallback has the body's link, and takes no other scheme for one") {
    CHECK(line_of(R"({"url": "https://example.org/a b"})").link == "https://example.org/a%20b");
    CHECK(line_of(R"x({"url": "javascript:alert(1)", "link": "http://example.org"})x").link == "http://example.org");
    CHECK(line_of(R"({"url": 5})").link.empty());
}

TEST_CASE("a fallback names the agent only where it looks like an account") {
    CHECK(line_of(R"({"user": "ilse"})").usernames == std::vector<std::string>{"ilse"});
    CHECK(line_of(R"({"user": "ilse@example.org"})").usernames.empty());
    CHECK(line_of(R"({"user": "Ilse Berg"})").agent.empty());
}
