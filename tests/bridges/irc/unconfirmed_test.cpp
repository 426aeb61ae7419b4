#include "bridges/irc/unconfirmed.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using Kind = LineFate::Kind;

namespace {

// A conversation that may speak in two channels, with these capabilities.
struct Granted : Talk {
    explicit Granted(const std::string& capabilities) : Talk({"#test", "#other"}) {
        hear(":s CAP * LS :" + capabilities);
        hear(":s CAP bot ACK :" + capabilities);
        welcome();
        join("#test");
        join("#other");
    }
    Conversation::Tickets say(const Lines& texts) { return conversation->say(channel(), texts, now); }
    LineFate fate(Conversation::Ticket ticket) { return conversation->fate(ticket); }
    void answer_pings() {
        for (const auto& line : written())
            if (line.starts_with("PING ")) hear(":s PONG s " + line.substr(5));
    }
};

constexpr const char* echo = "echo-message message-tags";
constexpr const char* labels = "batch echo-message labeled-response message-tags";

}  // namespace

TEST_CASE("where nothing better is granted, the answer to a PING delivers") {
    Granted talk("message-tags batch labeled-response");
    const auto said = talk.say({"one", "two"});
    CHECK(talk.written() == Lines{"NOTICE #test :one", "NOTICE #test :two"});
    CHECK(talk.conversation->needs_barrier());
    talk.conversation->raise_barrier(talk.now);
    CHECK(talk.fate(said.first).kind == Kind::open);
    talk.answer_pings();
    CHECK(talk.fate(said.first).kind == Kind::delivered);
    CHECK(talk.fate(said.last).kind == Kind::delivered);
    CHECK(talk.fate(said.last).kind == Kind::lost);  // forgotten: nothing is delivered twice
}

TEST_CASE("complaint: silent loss is reported as success (notifico #67). A line without its echo was not delivered") {
    Granted talk(echo);
    CHECK(talk.conversation->needs_barrier());
    const auto said = talk.say({"one", "two", "three"});
    talk.conversation->raise_barrier(talk.now);
    talk.hear(":bot!user@host.example NOTICE #TEST :one");
    talk.hear(":bot!user@host.example NOTICE #test :three");
    CHECK(talk.fate(said.first).kind == Kind::delivered);
    CHECK(talk.fate(said.first + 1).kind == Kind::open);
    talk.answer_pings();
    CHECK(talk.fate(said.first + 1).kind == Kind::lost);
    CHECK(talk.fate(said.last).kind == Kind::delivered);
}

TEST_CASE("an echo is known by its words, without colours, in its channel; changed words by their place") {
    Granted talk(echo);
    const auto said =
        talk.say({"\x03"
                  "04,01red\x03 and 5",
                  "a bad word"});
    talk.conversation->say(talk.channels[1], {"a bad word"}, talk.now);
    talk.hear(":bot!user@host.example NOTICE #test :red and 5");
    CHECK(talk.fate(said.first).kind == Kind::delivered);
    talk.hear(":other!user@host.example NOTICE #test :a bad word");
    talk.hear(":bot!user@host.example NOTICE #other :a bad word");
    CHECK(talk.fate(said.last).kind == Kind::open);
    talk.hear(":bot!user@host.example NOTICE #test :a *** word");
    CHECK(talk.fate(said.last).kind == Kind::delivered);
}

TEST_CASE("with labels each line has its own answer, and needs no PING") {
    Granted talk(labels);
    CHECK_FALSE(talk.conversation->needs_barrier());
    const auto said = talk.say({"one", "two", "three", "four", "five"});
    CHECK(talk.written().front() == "@label=1 NOTICE #test :one");
    talk.hear("@label=1;account=x :bot!user@host.example NOTICE #test :one");
    talk.hear("@label=2 :s 404 bot #test :Cannot send to channel");
    talk.hear("@label=3 :s ACK");
    talk.hear("@label=4 :s BATCH +ref labeled-response");
    talk.hear("@batch=ref :s NOTICE bot :you are being watched");
    talk.hear("@batch=ref :bot!user@host.example NOTICE #test :four");
    talk.hear(":s BATCH -ref");
    talk.hear("@label=5 :s FAIL NOTICE MESSAGE_TOO_BAD #test :We do not like it");
    CHECK(talk.fate(said.first).kind == Kind::delivered);
    CHECK(talk.fate(said.first + 1).why == "404 Cannot send to channel");
    CHECK(talk.fate(said.first + 2).kind == Kind::lost);
    CHECK(talk.fate(said.first + 3).kind == Kind::delivered);
    CHECK(talk.fate(said.last).why == "MESSAGE_TOO_BAD We do not like it");
    CHECK(talk.channel().is_barred());
}

TEST_CASE("a label that is never answered is asked after, and the line not taken for delivered") {
    Granted talk(labels);
    const auto said = talk.say({"one"});
    talk.written();
    talk.pass_alive(26s);
    CHECK(talk.fate(said.first).kind == Kind::open);
    talk.pass_alive(3s);
    talk.answer_pings();
    CHECK(talk.fate(said.first).kind == Kind::lost);
    CHECK_FALSE(talk.conversation->ending());
}

TEST_CASE("a server that promises echoes and sends none does not make us repeat ourselves for ever") {
    for (const auto* capabilities : {echo, labels}) {
        Granted talk(capabilities);
        int losses = 0;
        for (int attempt = 0; attempt < 10; ++attempt) {
            const auto said = talk.say({"one"});
            talk.conversation->raise_barrier(talk.now);
            talk.answer_pings();
            if (talk.fate(said.first).kind == Kind::lost) ++losses;
        }
        CHECK(losses == 3);
        CHECK(talk.conversation->needs_barrier());
    }
}

TEST_CASE("a NOTICE that races with a mode or a ban is noticed by its missing echo") {
    Granted talk(echo);
    const auto first = talk.say({"one"});
    talk.hear(":bot!user@host.example NOTICE #test :one");
    const auto second = talk.say({"two"});
    talk.conversation->raise_barrier(talk.now);
    talk.hear(":op!o@h MODE #test +m");
    talk.answer_pings();
    CHECK(talk.fate(first.first).kind == Kind::delivered);
    CHECK(talk.fate(second.first).why == "the channel is moderated (+m) and we have no voice");
}

TEST_CASE("a refusal of any number and a standard reply close the channel for a while") {
    const auto line = GENERATE(std::string(":s 404 bot #test :no"), std::string(":s 482 bot #test :no"),
                               std::string(":s 437 bot #test :no"), std::string(":s 477 bot #test :no"),
                               std::string(":s 408 bot #test :no"), std::string(":s 531 bot #test :no"),
                               std::string(":s FAIL PRIVMSG CANNOT_SEND #test :no"));
    INFO(line);
    Granted talk("message-tags");
    const auto said = talk.say({"one"});
    talk.conversation->raise_barrier(talk.now);
    talk.hear(line);
    talk.answer_pings();
    CHECK(talk.fate(said.first).kind == Kind::lost);
    CHECK(talk.channel().is_barred());
}

TEST_CASE("a standard reply that names no channel is about the channel whose lines are under way, where that is one") {
    const bool speaks_in_two = GENERATE(false, true);
    Granted talk("message-tags");
    const auto said = talk.say({"one"});
    if (speaks_in_two) talk.conversation->say(talk.channels[1], {"two"}, talk.now);
    talk.conversation->raise_barrier(talk.now);
    talk.hear(":s FAIL NOTICE BAD_WORDS :We do not say that");
    talk.answer_pings();
    CHECK(talk.fate(said.first).kind == Kind::lost);
    CHECK(talk.channel().is_barred() == !speaks_in_two);
    CHECK_FALSE(talk.channels[1].is_barred());
}

TEST_CASE("the room for text follows the prefix of our last echo") {
    Granted talk(echo);
    const auto before = talk.conversation->room(talk.channel());
    talk.hear(":bot!user@a.longer.host.example NOTICE #test :one");
    CHECK(talk.conversation->room(talk.channel()) == before - std::string("a.longer.").size());
}

TEST_CASE("a PING costs a command of the pace, and PONG nothing") {
    Granted talk("message-tags");
    talk.pass_alive(60s);
    talk.written();
    REQUIRE(talk.pacer.available(talk.now) == 5);
    talk.conversation->raise_barrier(talk.now);
    CHECK(talk.pacer.available(talk.now) == 4);
    talk.hear("PING :x");
    CHECK(talk.pacer.available(talk.now) == 4);
}

TEST_CASE("hostile answers do no harm") {
    Granted talk(labels);
    const auto said = talk.say({"one"});
    for (const auto* line :
         {"@label=0 :s ACK", "@label=99999999999999999999999 :s ACK", "@label=-1 :s ACK", "@label= :s ACK",
          "@label=2 :s 404 bot #test", "@batch=nothing :bot!u@h NOTICE #test :one", "BATCH", "BATCH -", "BATCH +",
          ":s BATCH -nothing", "FAIL", "FAIL NOTICE", "FAIL NOTICE X", "ACK", ":bot NOTICE", ":bot!u@h NOTICE #test"})
        talk.hear(line);
    for (int i = 0; i < 1000; ++i) talk.hear("@label=1 :s BATCH +" + std::to_string(i) + " labeled-response");
    talk.fate(said.first);
    CHECK_FALSE(talk.conversation->ending());
}
