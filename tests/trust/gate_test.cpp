#include "bot/trust/gate.h"

#include <catch2/catch.hpp>

#include "tests/support/signers.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using nlohmann::json;

namespace {

const Signers& signers() {
    static const Signers all;
    return all;
}

json body() { return {{"topic", "org.example.prod.log"}, {"msg_id", "2026-1"}, {"msg", {{"log", "hello"}}}}; }

std::vector<Message> batch() {
    auto forged = json::parse(signers().sign(body(), "koji-one"));
    forged["msg"]["log"] = "lies";
    std::vector<Message> messages;
    for (const auto& bytes : {signers().sign(body(), "koji-one"), body().dump(), forged.dump()})
        messages.push_back(Message::parse(bytes).value());
    return messages;
}

TrustSettings settings() {
    TrustSettings made;
    made.ca_file = signers().ca();
    return made;
}

Gate gate(Scrutiny scrutiny) {
    Gate made("bus", Demand::mark, [=](auto, auto) { return scrutiny; });
    made.renew(make_verifier(settings()).value());
    return made;
}

}  // namespace

TEST_CASE("a gate notes what it found on each message, and lets suspects go on where somebody takes them") {
    auto one = gate({true, true});
    auto messages = batch();
    one.pass(messages);
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].arrival() == Arrival{Trust::genuine, false, Demand::mark});
    CHECK(messages[1].arrival() == Arrival{Trust::unsigned_message, false, Demand::mark});
    CHECK(messages[2].arrival() == Arrival{Trust::invalid, false, Demand::mark});
    CHECK(one.counters().genuine == 1);
    CHECK(one.counters().unsigned_messages == 1);
    CHECK(one.counters().invalid == 1);
    CHECK(one.counters().distrusted == 0);
    CHECK(one.counters().suspects.at("the signature does not match the message") == 1);
}

TEST_CASE("a suspect does not choose its id, so it keeps no genuine message out as a duplicate") {
    auto one = gate({true, true});
    auto messages = batch();
    one.pass(messages);
    CHECK(messages[0].id() == "2026-1");
    CHECK(messages[1].id().starts_with("sha256:"));
    CHECK(messages[2].id().starts_with("sha256:"));
    CHECK(messages[1].id() != messages[2].id());
    auto again = batch();
    one.pass(again);
    CHECK(again[2].id() == messages[2].id());
}

TEST_CASE("a gate drops suspects where nobody takes them, and counts them") {
    auto one = gate({true, false});
    auto messages = batch();
    one.pass(messages);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].arrival().trust == Trust::genuine);
    CHECK(one.counters().distrusted == 2);
}

TEST_CASE("a gate verifies nothing where nobody asks, nor what an archive vouches for") {
    auto idle = gate({false, true});
    auto messages = batch();
    idle.pass(messages);
    CHECK(messages[2].arrival() == Arrival{});
    CHECK(idle.counters().invalid == 0);

    auto strict = gate({true, false});
    messages = batch();
    for (auto& message : messages) message.note_arrival({Trust::unchecked, true});
    strict.pass(messages);
    CHECK(messages.size() == 3);

    Gate open("bus", Demand::ignore, [](auto, auto) { return Scrutiny{true, false}; });
    messages = batch();
    open.pass(messages);
    CHECK(messages.size() == 3);
}
