// Capabilities and logins, as far as they need no server.
#include "bridges/irc/registration.h"

#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

IrcSettings with_login(SaslMethod method, bool is_required = true) {
    IrcSettings settings;
    settings.sasl = method;
    settings.sasl_required = is_required;
    settings.account = "user";
    settings.account_password = "pencil";
    return settings;
}

bool is_refused(const Talk& talk) {
    return talk.conversation->ending() && talk.conversation->ending()->kind == Ending::Kind::refused;
}

}  // namespace

TEST_CASE("nothing is requested that is not offered or not used") {
    struct Case {
        std::string offered;
        Lines wanted;
    };
    const auto expected = GENERATE(
        Case{"multi-prefix sasl=PLAIN away-notify", {"CAP END"}},
        Case{"message-tags", {"CAP REQ :message-tags", "CAP END"}},
        Case{"batch labeled-response", {"CAP REQ :batch", "CAP END"}},  // no label without an echo
        Case{"labeled-response echo-message", {"CAP REQ :echo-message", "CAP END"}},
        Case{"account-tag batch echo-message labeled-response=x message-tags multi-prefix server-time",
             {"CAP REQ :message-tags server-time account-tag echo-message batch labeled-response", "CAP END"}});
    INFO(expected.offered);
    Talk talk;
    talk.written();
    talk.hear(":s CAP * LS * :multi-prefix");
    CHECK(talk.written().empty());
    talk.hear(":s CAP * LS :" + expected.offered);
    CHECK(talk.written() == expected.wanted);
}

TEST_CASE("a server that refuses the other capabilities lets us log in all the same") {
    Talk talk(with_login(SaslMethod::plain), {});
    talk.written();
    talk.hear(":s CAP * LS :echo-message sasl=PLAIN");
    CHECK(talk.written() == Lines{"CAP REQ :echo-message", "CAP REQ :sasl"});
    const auto verdict = GENERATE(std::string("NAK"), std::string("ACK"));
    talk.hear(":s CAP bot " + verdict + " :echo-message");
    CHECK(talk.written().empty());
    talk.hear(":s CAP bot ACK :sasl");
    CHECK(talk.written() == Lines{"AUTHENTICATE PLAIN"});
}

TEST_CASE("what a server offers later is asked for later") {
    Talk talk(Lines{});
    talk.welcome();
    talk.hear(":s CAP bot NEW :multi-prefix echo-message sasl=PLAIN");
    CHECK(talk.written() == Lines{"CAP REQ :echo-message"});
    talk.hear(":s CAP bot ACK :echo-message");
    talk.hear(":s CAP bot NEW :echo-message");
    CHECK(talk.written().empty());
}

TEST_CASE("SASL PLAIN logs in before the registration ends") {
    Talk talk(with_login(SaslMethod::plain), {});
    talk.written();
    talk.hear(":s CAP * LS * :multi-prefix sasl=EXTERNAL,PLAIN");
    CHECK(talk.written().empty());
    talk.hear(":s CAP * LS :server-time");
    CHECK(talk.written() == Lines{"CAP REQ :server-time", "CAP REQ :sasl"});
    talk.hear(":s CAP bot ACK :sasl ");
    CHECK(talk.written() == Lines{"AUTHENTICATE PLAIN"});
    talk.hear("AUTHENTICATE +");
    CHECK(talk.written() == Lines{"AUTHENTICATE AHVzZXIAcGVuY2ls"});
    talk.hear(":s 900 bot bot!u@h user :You are now logged in as user");
    talk.hear(":s 903 bot :SASL authentication successful");
    CHECK(talk.written() == Lines{"CAP END"});
    CHECK_FALSE(talk.conversation->ending());
}

TEST_CASE("a login that fails keeps us out, or lets us in without, as the operator chose") {
    const auto line = GENERATE(std::string(":s 904 bot :SASL authentication failed"), std::string(":s 902 bot :locked"),
                               std::string(":s 908 bot EXTERNAL :are available"), std::string("AUTHENTICATE abc"));
    INFO(line);
    for (const bool is_required : {true, false}) {
        Talk talk(with_login(SaslMethod::plain, is_required), {});
        talk.hear(":s CAP * LS :sasl");
        talk.hear(":s CAP bot ACK :sasl");
        talk.written();
        talk.hear(line);
        CHECK(is_refused(talk) == is_required);
        CHECK(count_of(talk.written(), "CAP END") == (is_required ? 0 : 1));
    }
}

TEST_CASE("a server without the login that is demanded is not entered") {
    const auto line = GENERATE(std::string(":s CAP * LS :multi-prefix"), std::string(":s CAP * LS :sasl=PLAIN"),
                               std::string(":s 001 bot :Welcome"));
    Talk talk(with_login(SaslMethod::scram_sha_256), {});
    talk.hear(line);
    CHECK(is_refused(talk));
}

TEST_CASE("a login that is not answered is given up in time") {
    for (const bool is_required : {true, false}) {
        Talk talk(with_login(SaslMethod::plain, is_required), {});
        talk.hear(":s CAP * LS :sasl");
        talk.hear(":s CAP bot ACK :sasl");
        talk.pass_alive(19s);
        talk.written();
        CHECK_FALSE(talk.conversation->ending());
        talk.pass_alive(2s);
        CHECK(talk.conversation->ending().has_value() == is_required);
        CHECK_FALSE(is_refused(talk));
        if (!is_required) CHECK(talk.written() == Lines{"AUTHENTICATE *", "CAP END"});
    }
}

TEST_CASE("a server that says 903 without the proof of SCRAM is not believed") {
    Talk talk(with_login(SaslMethod::scram_sha_256), {});
    talk.hear(":s CAP * LS :sasl=SCRAM-SHA-256");
    talk.hear(":s CAP bot ACK :sasl");
    talk.hear("AUTHENTICATE +");
    talk.hear(":s 903 bot :SASL authentication successful");
    CHECK(is_refused(talk));
}

TEST_CASE("where SASL did not log us in, NickServ is told, and services that come back are asked again") {
    auto settings = with_login(SaslMethod::plain, false);
    settings.nickserv = "NickServ";
    Talk talk(settings, {});
    talk.hear(":s CAP * LS :cap-notify");
    talk.written();
    talk.hear(":s 001 bot :Welcome");
    CHECK(talk.written() == Lines{"PRIVMSG NickServ :IDENTIFY user pencil"});
    talk.hear(":s CAP bot NEW :sasl=PLAIN");
    CHECK(talk.written() == Lines{"CAP REQ :sasl"});
    talk.hear(":s CAP bot ACK :sasl");
    talk.hear("AUTHENTICATE +");
    talk.hear(":s 903 bot :SASL authentication successful");
    CHECK(talk.written() == Lines{"AUTHENTICATE PLAIN", "AUTHENTICATE AHVzZXIAcGVuY2ls"});
    talk.hear(":s CAP bot NEW :sasl=PLAIN");
    CHECK(talk.written().empty());
}

TEST_CASE("a server that demands TLS is left when we came in clear, and told nothing more") {
    for (const bool is_tls : {true, false}) {
        IrcSettings settings;
        settings.tls = is_tls;
        Talk talk(settings, {});
        talk.written();
        talk.hear(":s CAP * LS :sts=port=6697,duration=1000");
        CHECK(talk.conversation->ending().has_value() != is_tls);
        CHECK(talk.written() == (is_tls ? Lines{"CAP END"} : Lines{}));
        REQUIRE(talk.conversation->sts());
        CHECK(talk.conversation->sts()->duration == 1000s);
    }
}

TEST_CASE("hostile CAP and AUTHENTICATE lines cost no memory and no answer") {
    Talk talk(with_login(SaslMethod::plain), {});
    talk.written();
    for (const auto* line : {"CAP", "CAP *", "CAP * ACK :sasl", "CAP * NAK", "CAP * DEL :", "AUTHENTICATE", "903"})
        talk.hear(line);
    for (int i = 0; i < 2000; ++i) talk.hear("CAP * LS * :name" + std::to_string(i) + "=" + std::string(300, 'x'));
    CHECK(talk.written().empty());
    talk.hear(":s CAP * LS :sasl");
    CHECK(is_refused(talk));
}

TEST_CASE("a long response is sent in pieces of 400") {
    auto settings = with_login(SaslMethod::plain);
    settings.account_password = std::string(300 - 6, 'p');  // with `\0user\0`: 300 bytes, 400 of base64
    Talk talk(settings, {});
    talk.hear(":s CAP * LS :sasl");
    talk.hear(":s CAP bot ACK :sasl");
    talk.written();
    talk.hear("AUTHENTICATE +");
    const auto lines = talk.written();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].size() == 13 + 400);
    CHECK(lines[1] == "AUTHENTICATE +");
}
