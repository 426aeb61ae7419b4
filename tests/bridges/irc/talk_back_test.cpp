#include "bridges/irc/talk_back.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

IrcSettings talking() {
    IrcSettings settings;
    settings.talk.is_on = true;
    settings.talk.operators = {"ralph"};
    settings.talk.per_minute = 3;
    return settings;
}

struct Asking : Talk {
    Asking() : Talk(talking(), {"#test", "#other"}), talk_back("net", settings, &inquiries) {
        conversation->accompany(talk_back);
        inquiries.routes = [](auto, auto address) {
            return std::vector<std::string>{"builds -> " + std::string(address.empty() ? "all" : address)};
        };
        inquiries.last = [](std::string_view wanted) -> std::optional<Inquiries::Found> {
            if (wanted != "kernel") return std::nullopt;
            Line line;
            line.title = "buildsys.build";
            line.text = "kernel was built";
            return Inquiries::Found{SystemTime{}, line, "https://bus.example/m/7"};
        };
        inquiries.status = [](auto) { return std::string("queued=5"); };
        welcome();
        join("#test");
        join("#other");
        pass_alive(30s);
        written();
    }
    ~Asking() { conversation.reset(); }  // before what it accompanies
    // A person asks; who the person is, the server tells when it is asked. Answers to the asker.
    Lines ask(const std::string& text, const std::string& target = "#test", const std::string& about = {}) {
        hear(tags + ":" + nick + "!u@h PRIVMSG " + target + " :" + text);
        Lines answers;
        for (int i = 0; i < 10; ++i) {
            pass_alive(2s);
            for (const auto& line : written()) {
                if (line.starts_with("NOTICE ")) answers.push_back(line);
                if (line != "WHOIS " + nick) continue;
                ++whois_count;
                hear(":irc.example 311 bot " + nick + " u h * :A person");
                if (!about.empty()) hear(about);
                hear(":irc.example 318 bot " + nick + " :End of /WHOIS list.");
            }
        }
        return answers;
    }

    std::string nick = "asker";
    std::string tags;
    int whois_count = 0;
    Inquiries inquiries;
    TalkBack talk_back;
};

const std::string ralph = ":irc.example 330 bot asker ralph :is logged in as";

}  // namespace

TEST_CASE("a question is answered by a NOTICE to the asker") {
    Asking asking;
    const auto help = asking.ask("!fedmsg help");
    REQUIRE(help.size() == 1);
    CHECK(help[0].starts_with("NOTICE asker :!fedmsg routes:"));
    CHECK(asking.ask("!fedmsg routes") == Lines{"NOTICE asker :builds -> #test"});
    CHECK(asking.ask("routes", "bot") == Lines{"NOTICE asker :builds -> all"});
    CHECK(asking.whois_count == 1);
}

TEST_CASE("what the timeline knows is told with its link, and what it does not know too") {
    Asking asking;
    CHECK(asking.ask("!fedmsg last kernel") ==
          Lines{"NOTICE asker :1970-01-01 00:00 UTC buildsys.build -- kernel was built https://bus.example/m/7"});
    CHECK(asking.ask("!fedmsg last bash") == Lines{"NOTICE asker :I know of nothing about \"bash\"."});
    CHECK(asking.ask("!fedmsg link 7") == Lines{"NOTICE asker :I keep no timeline that I could link to."});
}

TEST_CASE("what is no question to the bot is let pass") {
    Asking asking;
    for (const auto* text : {"hello", "!fedmsgx help", "say !fedmsg help", "\x01VERSION\x01", ""})
        CHECK(asking.ask(text).empty());
    CHECK(asking.ask("\x01VERSION\x01", "bot").empty());
    CHECK(asking.ask("!fedmsg help", "#elsewhere").empty());
    CHECK(asking.whois_count == 0);
}

TEST_CASE("bots are not answered") {
    Asking asking;
    SECTION("a NOTICE") {
        asking.hear(":asker!u@h NOTICE #test :!fedmsg help");
        asking.hear(":asker!u@h NOTICE bot :help");
        asking.pass_alive(10s);
        CHECK(asking.written().empty());
    }
    SECTION("ourselves, and servers") {
        asking.hear(":bot!user@host.example PRIVMSG #test :!fedmsg help");
        asking.hear(":irc.example PRIVMSG bot :help");
        asking.pass_alive(10s);
        CHECK(asking.written().empty());
    }
    SECTION("with the mode for bots") {
        CHECK(asking.ask("!fedmsg help", "#test", ":irc.example 335 bot asker :is a bot on Test").empty());
        CHECK(asking.ask("!fedmsg help").empty());
        CHECK(asking.whois_count == 1);
        CHECK(asking.talk_back.counters().bots == 2);
    }
    SECTION("with the tag for bots") {
        asking.tags = "@bot ";
        CHECK(asking.ask("!fedmsg help").empty());
        CHECK(asking.whois_count == 0);
    }
    SECTION("of our kind") {
        CHECK(asking.ask("!fedmsg help", "#test", ":irc.example 311 bot asker x h * :fedmsgbot").empty());
    }
}

TEST_CASE("only an operator's account may mute, by WHOIS each time or by the message's tag") {
    Asking asking;
    CHECK(asking.ask("!fedmsg mute 30m") == Lines{"NOTICE asker :Only operators of this bot may do that."});
    CHECK(asking.channel().held_until() <= asking.now);
    CHECK(asking.ask("!fedmsg mute 30m", "#test", ralph).size() == 1);
    CHECK(asking.channel().held_until() > asking.now + 25min);
    CHECK(asking.channels.back().held_until() <= asking.now);
    // The nick alone is nothing: it may be somebody else's now.
    CHECK(asking.ask("!fedmsg unmute") == Lines{"NOTICE asker :Only operators of this bot may do that."});
    CHECK(asking.whois_count == 3);
    asking.pass_alive(1min);
    asking.tags = "@account=ralph ";
    CHECK(asking.ask("!fedmsg unmute") == Lines{"NOTICE asker :Speaking again in #test."});
    CHECK(asking.whois_count == 3);
    CHECK(asking.channel().held_until() <= asking.now);
    asking.tags = "@account=Mallory ";
    CHECK(asking.ask("!fedmsg status").front().find("Only operators") != std::string::npos);
}

TEST_CASE("by private message an operator speaks of all channels, or of the one that is named") {
    Asking asking;
    asking.tags = "@account=ralph ";
    CHECK(asking.ask("mute #other 1h", "bot").size() == 1);
    CHECK(asking.channel().held_until() <= asking.now);
    CHECK(asking.channels.back().held_until() > asking.now);
    CHECK(asking.ask("mute", "bot").front().find("all channels for 30m") != std::string::npos);
    CHECK(asking.channel().held_until() > asking.now);
    asking.pass_alive(1min);
    for (const auto* wrong : {"mute 25h", "mute soon", "mute 0s"})
        CHECK(asking.ask(wrong, "bot").front().find("For how long?") != std::string::npos);
    asking.pass_alive(1min);
    CHECK(asking.ask("mute #nowhere 1h", "bot").front().find("not sent to #nowhere") != std::string::npos);
    const auto status = asking.ask("status", "bot");
    REQUIRE(status.size() == 5);
    CHECK(status[0].find("Ready: no channel") != std::string::npos);
    CHECK(status[1].find("#test: muted for ") != std::string::npos);
    CHECK(status[3] == "NOTICE asker queued=5");
}

TEST_CASE("complaint: the backlog is not shown (fedmsg #174). An operator is told what waits") {
    Asking asking;
    asking.tags = "@account=ralph ";
    CHECK(asking.ask("!fedmsg status")[1] == "NOTICE asker queued=5");
}

TEST_CASE("an operator is told which channels refuse us, and why") {
    Asking asking;
    asking.tags = "@account=ralph ";
    asking.hear(":op!o@h KICK #other bot :out");
    asking.pass_alive(6s);
    asking.hear(":irc.example 474 bot #other :Cannot join channel (+b)");
    const auto status = asking.ask("!fedmsg status");
    REQUIRE(status.size() == 4);
    CHECK(status[0].ends_with("Ready: #test"));
    CHECK(status[1] == "NOTICE asker :#other: 474 Cannot join channel (+b)");
}

TEST_CASE("one asker is heard so often a minute, and whoever changes the nick is no other") {
    Asking asking;
    for (int i = 0; i < 10; ++i) {
        asking.hear(fmt::format(":asker{}!u@h PRIVMSG #test :!fedmsg help", i));
    }
    CHECK(asking.talk_back.counters().unanswered == 7);
}

TEST_CASE("a flood of questions waits in a bound, and answers leave at the bridge's pace") {
    Asking asking;
    for (int i = 0; i < 1000; ++i) asking.hear(fmt::format(":asker{}!u@host{} PRIVMSG #test :!fedmsg help", i, i));
    CHECK(asking.talk_back.counters().unanswered == 1000 - TalkBack::most_questions);
    std::size_t said = 0;
    for (int i = 0; i < 60; ++i) {
        asking.pass_alive(1s);
        for (const auto& line : asking.written()) {
            if (line.starts_with("NOTICE") || line.starts_with("WHOIS")) ++said;
            if (!line.starts_with("WHOIS ")) continue;
            asking.hear(":irc.example 318 bot " + line.substr(6) + " :End");
        }
        CHECK(said <= 6 + static_cast<std::size_t>(i + 1) / 2 + 1);
    }
    CHECK(said == 2 * TalkBack::most_questions);
}

TEST_CASE("who leaves before the server has told who it was gets no answer, nor does who takes the nick") {
    Asking asking;
    asking.hear(":asker!u@h PRIVMSG #test :!fedmsg mute");
    asking.pass_alive(2s);
    asking.hear(":asker!u@h NICK other");
    asking.hear(ralph);
    asking.hear(":irc.example 318 bot asker :End");
    asking.pass_alive(5s);
    CHECK(asking.channel().held_until() <= asking.now);
}

TEST_CASE("a question to a server that never tells who asks is given up") {
    Asking asking;
    asking.hear(":asker!u@h PRIVMSG #test :!fedmsg help");
    asking.pass_alive(60s);
    CHECK(asking.talk_back.counters().unanswered == 1);
    CHECK(count_of(asking.written(), "WHOIS asker") == 1);
}
