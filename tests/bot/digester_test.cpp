#include "bot/digester.h"

#include <catch2/catch.hpp>

#include "formatters/bundle.h"
#include "tests/bot/journey.h"
#include "tests/support/posts.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

const std::string reserve = "t kept back by r";

// A digester on a journal, whose book is the journal itself.
struct Desk {
    explicit Desk(const TempFolder& folder) : journal(folder / "journal.sqlite") { REQUIRE(rulebook); }

    Entry accept(const Message& message, const std::string& owed_as = "t") {
        const auto entry = journal.accept(message, {owed_as}, std::chrono::system_clock::now());
        REQUIRE(entry);
        return *entry;
    }
    void accept(int first, int count, const std::string& owed_as = "t") {
        for (int number = first; number < first + count; ++number) accept(announcement(number), owed_as);
        journal.commit();
    }
    // All parts of a task; how many there were.
    int finish(const Digester::Task& task) {
        int parts = 1;
        for (; !digester.work(task, said); ++parts) journal.commit();
        journal.commit();
        return parts;
    }
    // What is left of a reserve, for its target.
    void hand_over(const Digester::Task& task) {
        said.clear();
        digester.hand_over(task, said);
        journal.commit();
    }
    // What the target will be told, in order.
    std::vector<std::string> owed(const std::string& name = "t") {
        std::vector<std::string> texts;
        for (auto& one : journal.owed(name, 0, 10000).messages) {
            auto message = Message::parse(std::move(one.bytes)).value();
            auto alone = lone_member(message);
            texts.push_back(rulebook->render(alone ? *alone : message).text);
        }
        return texts;
    }

    Journal journal;
    Result<Rulebook> rulebook = Rulebook::load({});
    RoadCounters counters;
    bool marks = false;
    Digester digester{journal,
                      *rulebook,
                      journal,
                      counters,
                      [this](auto&, auto&, auto&) { return marks; },
                      std::chrono::system_clock::now};
    std::vector<Digester::Said> said;
};

Digester::Task task(std::size_t room) {
    Digester::Task task("t");
    task.room = room;
    return task;
}

Digester::Task reserve_task(std::size_t room) {
    auto work = task(room);
    work.owed_as = reserve;
    return work;
}

}  // namespace

TEST_CASE("what fits is left as it is, and what does not leaves the oldest lines and one digest") {
    const TempFolder folder;
    Desk desk(folder);
    desk.accept(1, 5);
    CHECK(desk.finish(task(5)) == 1);
    CHECK(desk.said.empty());
    CHECK(desk.finish(task(3)) == 1);
    CHECK(desk.owed() == std::vector<std::string>{"n1", "n2", "... and 3 more: 3 announce"});
    REQUIRE(desk.said.size() == 1);
    CHECK(desk.said.front().line->text == "... and 3 more: 3 announce");
    CHECK(desk.counters.digested == 3);
    CHECK(desk.counters.sentences == 1);
    CHECK(desk.journal.pending() == 3);
}

TEST_CASE("a digest that has not left is part of the next, and alone it stays what it is") {
    const TempFolder folder;
    Desk desk(folder);
    desk.accept(1, 5);
    desk.finish(task(2));
    desk.accept(6, 5);
    desk.finish(task(2));
    CHECK(desk.owed() == std::vector<std::string>{"n1", "... and 9 more: 9 announce"});
    CHECK(desk.counters.merged == 1);
    CHECK(desk.counters.digested == 9);
    const auto said = desk.said.size();
    desk.finish(task(1));
    desk.finish(task(1));
    CHECK(desk.owed() == std::vector<std::string>{"... and 10 more: 10 announce"});
    CHECK(desk.said.size() == said + 1);
}

TEST_CASE("equal lines are one, akin ones are one sentence, and only then is a digest needed") {
    const TempFolder folder;
    Desk desk(folder);
    desk.accept(comment(1, "ilse"));
    desk.accept(announcement(1));
    for (int n = 0; n < 3; ++n)
        desk.accept(
            Message::parse(
                fmt::format(
                    R"({{"topic":"org.fedoraproject.prod.announce.announcement","msg_id":"e-{}","msg":{{"message":"same"}}}})",
                    n))
                .value());
    desk.accept(comment(2, "bo"));
    desk.journal.commit();
    desk.finish(task(3));
    CHECK(desk.owed() == std::vector<std::string>{"n1", "bo and ilse commented on tinyharp-1-1.fc41", "same (x3)"});
    CHECK(desk.counters.condensed == 2);
    CHECK(desk.counters.collapsed == 3);
    CHECK(desk.counters.digested == 0);
}

TEST_CASE("what is too old is told as that, apart from what is too much") {
    const TempFolder folder;
    Desk desk(folder);
    const auto now = std::chrono::system_clock::now();
    for (int number = 1; number <= 3; ++number) REQUIRE(desk.journal.accept(announcement(number), {"t"}, now - 2h));
    desk.accept(4, 4);
    auto work = task(3);
    work.too_old = now - 1h;
    desk.finish(work);
    auto owed = desk.owed();
    std::sort(owed.begin(), owed.end());
    CHECK(owed ==
          std::vector<std::string>{"... and 3 more: 3 announce", "n4", "too old to be told: 3 messages: 3 announce"});
    CHECK(desk.counters.expired == 3);
    CHECK(desk.counters.digested == 3);
}

TEST_CASE("it works in parts, and only after the place that it was given") {
    const TempFolder folder;
    Desk desk(folder);
    desk.accept(1, 2);
    desk.accept(3, 3500);
    auto work = task(4);
    work.after = 2;
    CHECK(desk.finish(work) > 3);
    const auto owed = desk.owed();
    REQUIRE(owed.size() == 6);
    CHECK(owed.front() == "n1");
    CHECK(owed[4] == "n5");
    CHECK(owed.back() == "... and 3497 more: 3497 announce");
    CHECK(desk.counters.digested == 3497);
    CHECK(desk.counters.accepted == desk.counters.sentences);
}

TEST_CASE("a crash between two parts has every message in exactly one place") {
    const TempFolder folder;
    {
        Desk desk(folder);
        desk.accept(1, 2500);
        REQUIRE_FALSE(desk.digester.work(task(3), desk.said));
        desk.journal.commit();
        REQUIRE_FALSE(desk.digester.work(task(3), desk.said));
        // Not committed.
    }
    Desk desk(folder);
    desk.finish(task(3));
    CHECK(desk.owed() == std::vector<std::string>{"n1", "n2", "... and 2498 more: 2498 announce"});
}

TEST_CASE("a reserve is told as its target's own, with its reason, and in the order of coming") {
    const TempFolder folder;
    Desk desk(folder);
    desk.accept(100, 1);
    desk.accept(comment(1, "ilse"), reserve);
    desk.accept(1, 6, reserve);
    desk.accept(comment(2, "bo"), reserve);
    desk.journal.commit();
    auto work = reserve_task(3);
    work.reason = Digest::Reason::quiet;
    desk.finish(work);
    CHECK(desk.owed("t") == std::vector<std::string>{"n100"});
    desk.hand_over(work);
    CHECK(desk.owed(reserve).empty());
    const std::vector<std::string> told = {"n1", "bo and ilse commented on tinyharp-1-1.fc41",
                                           "in the quiet hours: 5 messages: 5 announce"};
    auto owed = desk.owed("t");
    REQUIRE(owed.size() == 4);
    owed.erase(owed.begin());
    std::vector<std::string> said;
    for (const auto& one : desk.said) {
        CHECK(one.owed_as == "t");
        said.push_back(one.line->text);
    }
    CHECK(owed == said);
    std::sort(said.begin(), said.end());
    auto sorted = told;
    std::sort(sorted.begin(), sorted.end());
    CHECK(said == sorted);
    CHECK(desk.counters.moved == 3);
    CHECK(desk.counters.condensed == 2);
    CHECK(desk.counters.digested == 5);
}

TEST_CASE("what is to be marked shares no line, and shows no word when its reserve is told") {
    const TempFolder folder;
    Desk desk(folder);
    for (int number = 1; number <= 2; ++number) {
        auto suspect = comment(number, "mallory");
        suspect.note_arrival({Trust::unsigned_message});
        desk.accept(suspect, reserve);
    }
    desk.journal.commit();
    desk.marks = true;
    const auto work = reserve_task(5);
    desk.finish(work);
    desk.hand_over(work);
    REQUIRE(desk.said.size() == 2);
    for (const auto& one : desk.said) {
        CHECK(one.line->text == "(unsigned)");
        CHECK(one.message->arrival().trust == Trust::unsigned_message);
    }
    for (const auto& one : desk.journal.owed("t", 0, 10).messages) CHECK(one.arrival.trust == Trust::unsigned_message);
}
