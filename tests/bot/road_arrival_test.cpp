// What the road does with twins, and with messages of which the signature is not good.
#include <catch2/catch.hpp>

#include "tests/bot/journey.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

TEST_CASE("of an event that comes under two topics, one is told, in whichever order and over a restart") {
    const auto message = [](std::string topic, std::string id, std::string body) {
        return Message::parse(
                   fmt::format(R"({{"topic":"org.fedoraproject.prod.{}","msg_id":"{}","msg":{}}})", topic, id, body))
            .value();
    };
    const auto anitya = [&](bool is_new, std::string id, std::string version) {
        return message(
            is_new ? "anitya.project.version.update.v2" : "anitya.project.version.update", id,
            fmt::format(
                R"({{"project":{{"id":9,"name":"tinyharp","version":"{0}"}},"message":{{"old_version":"2.4","upstream_version":"{0}","upstream_versions":["{0}"]}}}})",
                version));
    };
    const auto copr = [&](bool is_chroot, std::string id, int build) {
        return message(is_chroot ? "copr.chroot.start" : "copr.build.start", id,
                       fmt::format(R"({{"user":"ilse","copr":"harps","chroot":"f41","build":{}}})", build));
    };
    const auto account = [&](bool is_journal, std::string id, std::string user) {
        return is_journal
                   ? message(
                         "ipa.user_add.v1", id,
                         fmt::format(R"({{"IPA_API_ACTOR":"noggin@X","IPA_API_PARAMS":"{{\"uid\": \"{}\"}}"}})", user))
                   : message("fas.user.create", id, fmt::format(R"({{"msg":{{"agent":"{0}","user":"{0}"}}}})", user));
    };
    const auto member = [&](bool is_journal, std::string id, std::string user) {
        return is_journal
                   ? message(
                         "ipa.group_add_member.v1", id,
                         fmt::format(
                             R"({{"IPA_API_ACTOR":"mirko@X","IPA_API_PARAMS":"{{\"cn\": \"tuners\", \"user\": [\"{}\"]}}"}})",
                             user))
                   : message("fas.group.member.sponsor", id,
                             fmt::format(R"({{"msg":{{"agent":"mirko","user":"{}","group":"tuners"}}}})", user));
    };
    const bool is_first = GENERATE(false, true);
    const TempFolder folder;
    {
        Journey journey(folder, {});
        journey.take(anitya(is_first, "a1", "2.5"));
        journey.take(copr(is_first, "c1", 7));
        journey.take(account(is_first, "u1", "ilse"));
        journey.take(member(is_first, "g1", "ilse"));
        journey.run_until_delivered(4);
        CHECK(journey.bridge.ids == std::vector<std::string>{"a1", "c1", "u1", "g1"});
    }
    Journey journey(folder, {});
    journey.take(anitya(!is_first, "a2", "2.5"));
    journey.take(copr(!is_first, "c2", 7));
    journey.take(account(!is_first, "u2", "ilse"));
    journey.take(member(!is_first, "g2", "ilse"));
    CHECK(journey.road.counters().twins == 4);
    // Others, alone, are told; also a second time under the same topic.
    journey.take(anitya(!is_first, "a3", "2.6"));
    journey.take(copr(!is_first, "c3", 8));
    journey.take(account(!is_first, "u3", "bo"));
    journey.take(member(!is_first, "g3", "bo"));
    journey.take(anitya(!is_first, "a4", "2.6"));
    journey.run_until_delivered(5);
    CHECK(journey.bridge.ids == std::vector<std::string>{"a3", "c3", "u3", "g3", "a4"});
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("a suspect shares no sentence with genuine messages where it is to be marked") {
    const TempFolder folder;
    Journey journey(folder, {std::chrono::milliseconds(300), true}, Demand::mark);
    for (int number = 1; number <= 6; ++number) {
        auto message = comment(number, "author" + std::to_string(number));
        if (number % 2 == 0) message.note_arrival({Trust::invalid, false, Demand::require});
        journey.take(std::move(message));
    }
    journey.run_until_delivered(4);
    REQUIRE(journey.bridge.texts.size() == 4);
    for (std::size_t n = 0; n < 3; ++n) CHECK(journey.bridge.texts[n] == "(invalid signature!)");
    CHECK(journey.bridge.texts[3].find("author1") != std::string::npos);
    CHECK(journey.bridge.texts[3].find("author2") == std::string::npos);
    CHECK(journey.road.lost() == 0);
}

TEST_CASE("what was kept back when nobody asked for signatures is marked after a restart that asks") {
    const TempFolder folder;
    {
        Journey before(folder, {std::chrono::hours(1), true}, Demand::ignore);
        for (int number = 1; number <= 4; ++number) {
            auto message = comment(number, "author" + std::to_string(number));
            if (number > 2) message.note_arrival({Trust::unsigned_message, false, Demand::ignore});
            before.take(std::move(message));
        }
        before.run(std::chrono::milliseconds(100));
        CHECK(before.bridge.texts.empty());
    }
    Journey after(folder, {std::chrono::milliseconds(100), true}, Demand::mark);
    after.run_until_delivered(3);
    REQUIRE(after.bridge.texts.size() == 3);
    CHECK(after.bridge.texts[0] == "(unsigned)");
    CHECK(after.bridge.texts[1] == "(unsigned)");
    CHECK(after.bridge.texts[2].find("author1") != std::string::npos);
    CHECK(after.bridge.texts[2].find("author3") == std::string::npos);
    CHECK(after.road.lost() == 0);
}

TEST_CASE("a forged copy does not keep the genuine message out as a duplicate") {
    const TempFolder folder;
    Journey journey(folder, {}, Demand::mark);
    auto forged = announcement(1);
    forged.note_arrival({Trust::invalid, false, Demand::mark});
    journey.take(std::move(forged));
    auto genuine = announcement(1);
    genuine.note_arrival({Trust::genuine, false, Demand::mark});
    journey.take(std::move(genuine));
    journey.run_until_delivered(2);
    CHECK(journey.bridge.texts.size() == 2);
}
