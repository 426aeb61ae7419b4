#include "formatters/bundle.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "formatters/rulebook.h"

using namespace fedmsgbot;

namespace {

Message comment(const std::string& id, const std::string& who) {
    return Message::parse(R"({"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":")" + id +
                          R"(","timestamp":1400000000,"msg":{"comment":{"author":")" + who +
                          R"(","text":"\u0007","update_title":"tinyharp-1-1.fc41"}}})")
        .value();
}

}  // namespace

TEST_CASE("a condensed line travels as a message and comes out as it was") {
    const auto rulebook = Rulebook::load({});
    REQUIRE(rulebook);
    const auto first = comment("2026-1", "ilse"), second = comment("2026-2", "b\xc3\xb6 \\\"x");
    const std::vector<const Message*> batch = {&first, &second};
    const auto condensed = rulebook->condense(batch);
    REQUIRE(condensed.size() == 1);
    const auto& line = condensed.front().line;

    const auto message = bundle(condensed.front(), batch, "irc/#a condensed by quiet");
    CHECK(is_bundle(message));
    CHECK_FALSE(is_bundle(first));
    CHECK(topic_service(message.topic()) == "bodhi");
    CHECK(message.sent_at() == first.sent_at());
    CHECK(message.body()["members"].size() == 2);
    // As the journal keeps it, and as the rulebook makes a line of it after a restart.
    const auto again = rulebook->render(Message::parse(message.bytes()).value());
    CHECK(again.text == line.text);
    CHECK(again.rule == line.rule);
    CHECK(again.service == line.service);
    CHECK(again.title == line.title);
    CHECK(again.link == line.link);
    CHECK(again.icon == line.icon);
    CHECK(again.secondary_icon == line.secondary_icon);
    CHECK(again.agent == line.agent);
    CHECK(again.long_form == line.long_form);
    CHECK(again.usernames == line.usernames);
    CHECK(again.packages == line.packages);
    CHECK(again.objects == line.objects);

    CHECK(bundle(condensed.front(), batch, "irc/#a condensed by quiet").id() == message.id());
    CHECK(bundle(condensed.front(), batch, "irc/#b condensed by quiet").id() != message.id());
}

TEST_CASE("a bundle carries its members as they came, and one that is alone is that message again") {
    const auto rulebook = Rulebook::load({});
    const auto first = comment("2026-1", "ilse"), second = comment("2026-2", "bo");
    const std::vector<const Message*> batch = {&first, &second};
    const auto both = bundle(rulebook->condense(batch).front(), batch, "h");
    CHECK(both.body()["members"].at(1)["message"]["msg"]["comment"]["author"].text() == "bo");
    CHECK_FALSE(lone_member(both));
    CHECK_FALSE(lone_member(first));

    const std::vector<const Message*> lone = {&first};
    const auto alone = lone_member(bundle(rulebook->condense(lone).front(), lone, "h"));
    REQUIRE(alone);
    CHECK(alone->id() == first.id());
    CHECK(alone->topic() == first.topic());
    CHECK(rulebook->render(*alone).text == rulebook->render(first).text);
}

TEST_CASE("a bundle that somebody forged keeps what a line promises") {
    const auto forged = Message::parse(
        R"({"topic":"local.fedmsgbot.condensed.git.receive","msg":{"text":"a\r\nQUIT\u0003\u202e","link":"javascript:x",)"
        R"("agent":"\u0001","usernames":["a\nb",5],"packages":"x","long_form":"one\u0007"}})");
    const auto line = Rulebook::load({})->render(*forged);
    CHECK(line.text == "a QUIT");
    CHECK(line.link.empty());
    CHECK(line.agent.empty());
    CHECK(line.usernames == std::vector<std::string>{"a b"});
    CHECK(line.packages.empty());
    CHECK(line.long_form == "one");
    std::string names;
    for (int n = 5000; n > 0; --n) names += "\"n" + std::to_string(n % 3000) + "\",";
    const auto many = Message::parse(R"({"topic":"local.fedmsgbot.condensed.a.b","msg":{"objects":[)" + names +
                                     R"("z"],"agent":")" + std::string(5000, 'x') + "\"}}");
    const auto bounded = Rulebook::load({})->render(*many);
    CHECK(bounded.objects.size() <= 2000);
    CHECK(std::is_sorted(bounded.objects.begin(), bounded.objects.end()));
    CHECK(bounded.agent.size() <= 512);
    const auto empty = Message::parse(R"({"topic":"local.fedmsgbot.condensed.git.receive","msg":5})");
    CHECK(Rulebook::load({})->render(*empty).text == "git.receive");
}
