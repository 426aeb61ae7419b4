#include "bot/commands/tail_view.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace fedmsgbot;
using nlohmann::json;

namespace {

Message message(const std::string& text) { return Message::parse(text).value(); }

const auto badge =
    R"({"topic":"org.example.prod.badge.award","i":7,"msg":{"who":"ilse","list":[1,{"a":null}],"big":1e3}})";

Line line() {
    Line made;
    made.title = "badge.award";
    made.text = "ilse got a badge";
    made.link = "https://example.org/1";
    made.usernames = {"ilse"};
    made.packages = {"kernel"};
    return made;
}

TailView view(TailView::Form form = TailView::Form::sentence) {
    TailView made;
    made.form = form;
    return made;
}

}  // namespace

TEST_CASE("tail shows a sentence, JSON, one line of JSON or fields") {
    const auto one = message(badge);
    CHECK(view().shown(one, line(), nullptr) == "badge.award -- ilse got a badge https://example.org/1");
    const auto pretty = view(TailView::Form::json).shown(one, line(), nullptr);
    CHECK(pretty.starts_with("{\n  \"topic\": \"org.example.prod.badge.award\",\n  \"i\": 7,\n  \"msg\": {\n"));
    CHECK(json::parse(pretty) == json::parse(badge));
    CHECK(view(TailView::Form::raw).shown(one, line(), nullptr) == badge);
    auto query = view(TailView::Form::query);
    query.query = {"msg.who", "msg.list.1", "i", "msg.no.such", "msg.list.9", ""};
    CHECK(query.shown(one, line(), nullptr) == "ilse, {\"a\":null}, 7, null, null, " + one.envelope().dump());
}

TEST_CASE("tail tells the verdict behind a sentence and as the last member of JSON") {
    const auto one = message(badge);
    const Verdict valid{Verdict::Kind::valid, "signed", "signer.example"};
    const Verdict none{Verdict::Kind::unsigned_message, "unsigned: no signature", {}};
    CHECK(view().shown(one, line(), &valid).ends_with("/1 [signed by signer.example]"));
    CHECK(view().shown(one, line(), &none).ends_with("/1 [unsigned: no signature]"));
    const auto shown = json::parse(view(TailView::Form::json).shown(one, line(), &valid));
    CHECK(shown["trust"] == json{{"valid", true}, {"reason", "signed"}, {"detail", "signer.example"}});
    CHECK(shown["i"] == 7);
}

TEST_CASE("tail colours only where it is asked to") {
    auto colored = view(TailView::Form::json);
    colored.colors = Colors::ansi;
    const auto shown = colored.shown(message(badge), line(), nullptr);
    CHECK(shown.find("\x1b[34;1m\"i\"\x1b[0m: \x1b[36m7\x1b[0m") != std::string::npos);
    CHECK(view(TailView::Form::json).shown(message(badge), line(), nullptr).find('\x1b') == std::string::npos);
}

TEST_CASE("all conditions of tail must hold, and one of each kind is enough") {
    const auto one = message(badge);
    const auto regex = [](const char* text) { return Regex::compile(text).value(); };
    auto by_topic = view(), by_text = view(), without = view(), by_people = view();
    by_topic.topics = {TopicPattern::parse("git.#").value(), TopicPattern::parse("badge.*").value()};
    CHECK(by_topic.wants(one, line()));
    by_topic.topics.pop_back();
    CHECK_FALSE(by_topic.wants(one, line()));
    by_text.include.push_back(regex("nowhere"));
    CHECK_FALSE(by_text.wants(one, line()));
    by_text.include.push_back(regex("\"who\":\"il"));  // in the JSON
    CHECK(by_text.wants(one, line()));
    without.exclude.push_back(regex("got a"));  // in the sentence
    CHECK_FALSE(without.wants(one, line()));
    by_people.users = {"bo", "il*"};
    by_people.packages = {"kernel"};
    CHECK(by_people.wants(one, line()));
    by_people.packages = {"bash"};
    CHECK_FALSE(by_people.wants(one, line()));
}

TEST_CASE("no text of a message steers the terminal, and to a reader of JSON it is the same text") {
    const std::string text =
        "a\\u001b[31m\xc2\x9b\x7f\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf\\\\\\\"\xc3\xa9\xf0\x9f\x98\x80";
    const auto body = "{\"topic\":\"a.b.c.d\",\n\t\"msg\":{\"" + text + "\":\"" + text + "\"}}";
    const auto one = message(body);
    for (const auto form : {TailView::Form::json, TailView::Form::raw, TailView::Form::query}) {
        auto shape = view(form);
        shape.query = {"msg"};
        const auto shown = shape.shown(one, line(), nullptr);
        INFO(shown);
        for (const auto* bad : {"\x1b", "\xc2\x9b", "\x7f", "\xe2\x80\xae", "\xe2\x81\xa6", "\xef\xbb\xbf"})
            CHECK(shown.find(bad) == std::string::npos);
        CHECK(shown.find("\xc3\xa9\xf0\x9f\x98\x80") != std::string::npos);
        const auto read = json::parse(shown);
        CHECK((form == TailView::Form::query ? read : read["msg"]) == json::parse(body)["msg"]);
        if (form != TailView::Form::json) CHECK(shown.find_first_of("\n\t") == std::string::npos);
    }
    CHECK(one_line_json("\"\x1b[31m\xff\"") == "\"\\u001b[31m\xef\xbf\xbd\"");
    CHECK(one_line_json("\"\\\x1b\"") == "\"\\\\u001b\"");
    CHECK(one_line_json("\"\\") == "\"\\");
}
