// Whatever is asked of a route and its bridge, and however often the bot is started again: every message that was
// accepted is in exactly one place.
#include <random>
#include <regex>

#include <catch2/catch.hpp>

#include "tests/bot/journey.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const SystemTime noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 27) + 12h;

// How many messages a line tells, by its words alone.
std::uint64_t told_by(const std::string& text) {
    std::smatch found;
    for (const auto* digest : {R"(^\.\.\. and (\d+) more)",
                               R"(^(?:in the quiet hours|too old to be told): (\d+) message)", R"(\(x(\d+)\)$)"})
        if (std::regex_search(text, found, std::regex(digest))) return std::stoull(found[1]);
    return 1;
}

// Sums of all lives.
struct Sums {
    std::uint64_t taken = 0;  // messages that are no duplicates
    std::uint64_t told = 0;   // messages that lines told, by the reader's count
    RoadCounters road;
    std::uint64_t delivered = 0, rejected = 0, expired = 0;

    void add(Journey& journey) {
        const auto& more = journey.road.counters();
        for (const auto counter :
             {&RoadCounters::accepted, &RoadCounters::condensed, &RoadCounters::collapsed, &RoadCounters::digested,
              &RoadCounters::expired, &RoadCounters::sentences, &RoadCounters::merged, &RoadCounters::moved,
              &RoadCounters::deduped, &RoadCounters::kept, &RoadCounters::duplicates})
            road.*counter += more.*counter;
        const auto counted = journey.counted();
        delivered += counted.delivered;
        rejected += counted.rejected;
        expired += counted.expired;
        for (const auto& text : journey.bridge.texts) told += told_by(text);
        CHECK(journey.road.lost() == 0);
    }
};

// A message of few words, so that some are equal, and some may share a sentence.
Message some_message(int number, std::minstd_rand& random) {
    if (random() % 4 == 0)
        return comment(number, fmt::format("u{}", random() % 3), fmt::format("tinyharp-1-{}.fc41", random() % 3));
    return Message::
        parse(fmt::format(
                  R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"m-{}","timestamp":1400000000,"msg":{{"message":"w{}"}}}})",
                  number, random() % 40))
            .value();
}

Journey::Options some_options(std::minstd_rand& random) {
    const auto maybe = [&] { return random() % 2 == 0; };
    Journey::Options options;
    if (maybe()) options.noise.threshold = RateLimit{1 + random() % 8, 1h};
    if (maybe())
        options.noise.quiet = QuietHours{std::chrono::hours(random() % 12), std::chrono::hours(12 + random() % 12)};
    if (maybe()) options.noise.dedupe = std::chrono::minutes(1 + random() % 90);
    if (maybe()) options.condense = {1h, maybe()};
    if (maybe()) options.budget = {{3 + random() % 20, 1h}};
    if (maybe()) options.outbox.most_waiting = 2 + random() % 10;
    if (maybe()) {
        options.outbox.max_age = 2h;
        options.outbox.tells_expired = maybe();
    }
    options.outbox.retry_least = 1ms;
    options.outbox.retry_most = 2ms;
    return options;
}

void settle_all(Journey& journey, GivenClock& clock) {
    for (int hour = 0; hour < 80 && journey.journal.pending() > 0; ++hour) {
        journey.road.release_holds();
        journey.road.tend_reserves();
        journey.wake();
        journey.run(10ms);
        clock.pass(1h);
    }
    for (int rounds = 0; rounds < 500 && journey.journal.pending() > 0; ++rounds) {
        journey.wake();
        journey.run(10ms);
    }
}

}  // namespace

TEST_CASE("delivered, digested, condensed, deduped and expired are together what was accepted, over restarts") {
    std::minstd_rand random(GENERATE(range(1u, 13u)));
    const TempFolder folder;
    GivenClock clock(noon);
    // The route's wishes stay; the bot is started again and again.
    const auto options = some_options(random);
    Sums sums;
    int number = 0;
    std::vector<Message> seen;
    for (int life = 0; life < 6; ++life) {
        Journey journey(folder, options, clock.clock());
        journey.bridge.answer = [&random](const Post&) {
            const auto dice = random() % 12;
            return dice == 0 ? Outcome::retry("busy", 0ms) : dice == 1 ? Outcome::rejected("no") : Outcome::delivered();
        };
        for (int burst = 0; burst < 6; ++burst) {
            for (auto count = random() % 30; count > 0; --count) {
                auto message = some_message(++number, random);
                if (random() % 5 == 0) message.note_arrival({Trust::unchecked, true});
                journey.take(std::move(message));
                ++sums.taken;
            }
            if (random() % 3 == 0) journey.road.release_holds();
            journey.run(std::chrono::milliseconds(random() % 40));
            clock.pass(std::chrono::minutes(random() % 100));
            journey.road.tend_reserves();
        }
        if (life == 5) {
            journey.bridge.answer = nullptr;
            settle_all(journey, clock);
            CHECK(journey.journal.pending() == 0);
        }
        journey.end();
        sums.add(journey);
    }
    const auto& road = sums.road;
    CAPTURE(sums.taken, sums.told, sums.delivered, sums.rejected, sums.expired, road.accepted, road.sentences,
            road.moved, road.merged, road.condensed, road.collapsed, road.digested, road.expired, road.deduped,
            road.kept);
    // A rejected or expired line may tell several: what readers were told is at most what the numbers say.
    CHECK(road.accepted - road.sentences - road.moved == sums.taken);
    const auto own = road.sentences - road.merged;  // lines of ours, delivered, rejected or expired like others
    CHECK(sums.delivered + sums.rejected + sums.expired - own + road.condensed + road.collapsed + road.digested +
              road.expired + road.deduped ==
          sums.taken);
    // What readers were told, as far as a line's words say how many messages it tells: a condensed sentence does not.
    if (sums.rejected == 0 && sums.expired == 0 && road.deduped == 0) {
        CHECK(sums.told <= sums.taken);
        CHECK(sums.told + road.condensed >= sums.taken);
    }
}
