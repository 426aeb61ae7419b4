#include "bot/core/mark.h"

#include <catch2/catch.hpp>

using namespace fedmsgbot;

namespace {

Message suspect(Trust trust) {
    auto message =
        Message::parse(R"({"topic":"org.fedoraproject.prod.git.receive","msg":{"link":"https://lie.example"}})");
    message->note_arrival({trust, false, Demand::mark});
    return std::move(message).value();
}

}  // namespace

TEST_CASE("a marked line has the topic's words and the mark, and nothing else") {
    const auto line = marked_line(suspect(Trust::invalid));
    CHECK(line.title == "git.receive");
    CHECK(line.service == "git");
    CHECK(line.text == "(invalid signature!)");
    CHECK(line.link + line.icon + line.secondary_icon + line.agent + line.long_form == "");
    CHECK(line.usernames.size() + line.packages.size() + line.objects.size() == 0);
    CHECK(mark_of(line) == "invalid");
    CHECK(headline(line) == "git.receive -- (invalid signature!)");
    CHECK(headline(marked_line(suspect(Trust::unsigned_message))) == "git.receive -- (unsigned)");
}

TEST_CASE("a line that a rule made has no mark") {
    Line line;
    line.rule = "unsigned.toml:unsigned";
    line.text = "(unsigned)";
    CHECK(mark_of(line) == "");
    CHECK(headline(line) == "(unsigned)");
}
