// What users of such bots complain about, as far as the conversation alone shows that we do not do it. The other
// complaints are tests of their own: grep for "complaint: ".
#include <catch2/catch.hpp>

#include "tests/bridges/irc/conversation_world.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

// An outbox that hands on a post whenever the pace allows one, for so long; how many commands left in each second.
std::vector<int> busy_for(Talk& talk, std::chrono::seconds time) {
    std::vector<int> commands;
    for (const auto end = talk.now + time; talk.now < end;) {
        for (auto& channel : talk.channels)
            if (channel.is_ready() && talk.pacer.paid_at(talk.now) <= talk.now && talk.pacer.available(talk.now) > 0) {
                talk.pacer.spend(talk.now, 1);  // as the outbox does
                talk.conversation->say(channel, {"text"}, talk.now);
                talk.conversation->raise_barrier(talk.now);
            }
        int written = 0;
        for (const auto& line : talk.written()) {
            ++written;
            if (line.starts_with("JOIN ")) talk.hear(":bot!u@h " + line);
            if (line.starts_with("PING ")) talk.hear(":s PONG s " + line.substr(5));
        }
        commands.push_back(written);
        talk.pass_alive(1s);
    }
    return commands;
}

}  // namespace

TEST_CASE("complaint: Excess Flood kicks (matterbridge #40, sopel #952, pyfibot #33). All commands share the budget") {
    Lines names;
    for (int i = 0; i < 20; ++i) names.push_back("#c" + std::to_string(i));
    Talk talk(names);
    talk.hear(":s 001 bot :Welcome");
    // InspIRCd's example configuration: ten commands ahead of one a second.
    double level = 0;
    int said = 0;
    for (const auto commands : busy_for(talk, 10min)) {
        level = std::max(0.0, level + commands - 1);
        said += commands;
        CHECK(level <= 10);
    }
    CHECK(said > 250);
}

TEST_CASE("complaint: join and part noise (notifico #179, travis-ci #2699). One JOIN, and the bot stays") {
    Talk talk;
    talk.welcome();
    talk.join();
    int joins = 0;
    for (int step = 0; step < 3 * 60 * 3; ++step) {
        if (step % 10 == 0) talk.conversation->say(talk.channel(), {"text"}, talk.now);
        talk.pass_alive(20s);
        for (const auto& line : talk.written()) {
            CHECK_FALSE(line.starts_with("PART"));
            CHECK_FALSE(line.starts_with("QUIT"));
            if (line.starts_with("JOIN")) ++joins;
            if (line.starts_with("PING ")) talk.hear(":s PONG s " + line.substr(5));
        }
    }
    CHECK_FALSE(talk.conversation->ending());
    CHECK(joins == 0);  // after the one that let us in
}

TEST_CASE("a netsplit and its end are no reason to write anything") {
    Talk talk;
    talk.welcome();
    talk.join();
    const auto before = talk.channel().disturbances();
    for (int i = 0; i < 1000; ++i) talk.hear(":u" + std::to_string(i) + "!u@h QUIT :a.example b.example");
    for (int i = 0; i < 1000; ++i) talk.hear(":u" + std::to_string(i) + "!u@h JOIN #test");
    talk.hear(":a.example MODE #test +ooo u1 u2 u3");
    talk.conversation->tick(talk.now);
    CHECK(talk.written().empty());
    CHECK(talk.channel().is_ready());
    CHECK(talk.channel().disturbances() == before);
}

TEST_CASE("a channel that is unavailable after a netsplit is tried again slowly") {
    Talk talk;
    talk.welcome();
    talk.hear(":s 437 bot #test :Nick/channel is temporarily unavailable");
    talk.pass_alive(59s);
    CHECK(count_of(talk.written(), "JOIN #test") == 0);
    talk.pass_alive(2s);
    CHECK(count_of(talk.written(), "JOIN #test") == 1);
}
