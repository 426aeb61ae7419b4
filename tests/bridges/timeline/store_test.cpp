#include "bridges/timeline/timeline_store.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/bridges/timeline/live_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

struct Kept {
    TempFolder folder;
    std::filesystem::path path = folder / "timeline.sqlite";
    TimelineStore store{path};

    // Messages number `first` to `last`, one a second.
    std::size_t add(int first, int last) {
        std::vector<std::shared_ptr<const Message>> messages;
        std::vector<std::shared_ptr<const Line>> lines;
        std::vector<TimelineArrival> arrivals;
        for (int i = first; i <= last; ++i) {
            messages.push_back(message(fmt::format("id-{}", i)));
            lines.push_back(full_line(fmt::format("text {}", i)));
            arrivals.push_back({*messages.back(), *lines.back(), at_second(1000000 + i)});
        }
        return store.insert(arrivals);
    }
};

std::vector<std::int64_t> ids(const TimelineStore::Entries& entries) {
    std::vector<std::int64_t> out;
    for (const auto& entry : entries) out.push_back(entry.id);
    return out;
}

constexpr std::int64_t top = 1LL << 62U;

}  // namespace

TEST_CASE("the timeline's store keeps every field of a message") {
    TempFolder folder;
    const auto sent = message_of(
        R"({"topic":"org.fedoraproject.prod.bodhi.update.comment","msg_id":"2013-x","timestamp":1385298309,"msg":{}})");
    auto line = full_line("ralph commented");
    line->long_form = "one\ntwo";
    line->packages = {"a\"b", "c,d", "\xff"};
    {
        TimelineStore store(folder / "t.sqlite");
        CHECK(store.insert({{*sent, *line, at_second(2000)}}) == 1);
    }
    TimelineStore store(folder / "t.sqlite");
    const auto entry = store.find(1).value();
    CHECK(entry.message_id == "2013-x");
    CHECK(entry.topic == "org.fedoraproject.prod.bodhi.update.comment");
    CHECK(entry.accepted_at == at_second(2000));
    CHECK(entry.sent_at == at_second(1385298309));
    CHECK(entry.line.rule == "bodhi.toml:update");
    CHECK(entry.line.service == "bodhi");
    CHECK(entry.line.title == "bodhi.update.comment");
    CHECK(entry.line.text == "ralph commented");
    CHECK(entry.line.link == line->link);
    CHECK(entry.line.icon == line->icon);
    CHECK(entry.line.secondary_icon == line->secondary_icon);
    CHECK(entry.line.agent == "ralph");
    CHECK(entry.line.long_form == "one\ntwo");
    CHECK(entry.line.usernames == line->usernames);
    CHECK(entry.line.packages == std::vector<std::string>{"a\"b", "c,d", "\uFFFD"});
    CHECK(entry.line.objects == line->objects);
    CHECK(store.raw(1).value() == sent->bytes());
}

TEST_CASE("a message that is delivered again is stored once") {
    Kept kept;
    CHECK(kept.add(1, 3) == 3);
    CHECK(kept.add(2, 4) == 1);
    CHECK(ids(kept.store.older_than(top, 10)) == std::vector<std::int64_t>{4, 3, 2, 1});
    CHECK(kept.store.find(2)->line.text == "text 2");
    CHECK(kept.add(5, 5) == 1);
    CHECK(kept.store.span().last_ever == 5);
}

TEST_CASE("the same id twice in one batch is stored once") {
    TempFolder folder;
    TimelineStore store(folder / "t.sqlite");
    const auto first = message("same"), second = message("same");
    const auto line = full_line("text");
    CHECK(store.insert({{*first, *line, at_second(1)}, {*second, *line, at_second(2)}}) == 1);
    CHECK(store.find(1)->accepted_at == at_second(1));
}

TEST_CASE("pages go by number in both directions") {
    Kept kept;
    kept.add(1, 10);
    CHECK(ids(kept.store.older_than(top, 3)) == std::vector<std::int64_t>{10, 9, 8});
    CHECK(ids(kept.store.older_than(8, 3)) == std::vector<std::int64_t>{7, 6, 5});
    CHECK(ids(kept.store.older_than(1, 3)).empty());
    CHECK(ids(kept.store.newer_than(5, 3)) == std::vector<std::int64_t>{8, 7, 6});
    CHECK(ids(kept.store.newer_than(9, 3)) == std::vector<std::int64_t>{10});
    CHECK(ids(kept.store.newer_than(10, 3)).empty());
    CHECK_FALSE(kept.store.find(11));
    CHECK_FALSE(kept.store.raw(11));
}

TEST_CASE("an empty store has an empty span and a name that stays") {
    TempFolder folder;
    std::string id;
    {
        TimelineStore store(folder / "t.sqlite");
        const auto span = store.span();
        CHECK(span.first == 0);
        CHECK(span.last == 0);
        CHECK(span.last_ever == 0);
        id = store.feed_id();
    }
    TimelineStore again(folder / "t.sqlite");
    CHECK(again.feed_id() == id);
    TimelineStore other(folder / "other.sqlite");
    CHECK(other.feed_id() != id);
}

TEST_CASE("the oldest entries go when there are too many, a bounded number a call") {
    Kept kept;
    kept.add(1, 100);
    TimelineStore::Keep keep;
    keep.entries = 40;
    CHECK(kept.store.tidy(keep, at_second(0), 25) == 25);
    CHECK(kept.store.span().first == 26);
    CHECK(kept.store.tidy(keep, at_second(0), 1000) == 35);
    CHECK(kept.store.tidy(keep, at_second(0), 1000) == 0);
    CHECK(kept.store.span().first == 61);
    CHECK(kept.store.span().last == 100);
}

TEST_CASE("entries go when they are too old") {
    Kept kept;
    kept.add(1, 10);
    TimelineStore::Keep keep;
    keep.age = std::chrono::seconds(100);
    CHECK(kept.store.tidy(keep, at_second(1000000 + 104)) == 3);
    CHECK(kept.store.span().first == 4);
}

TEST_CASE("a removed entry's number never comes back") {
    Kept kept;
    kept.add(1, 5);
    TimelineStore::Keep keep;
    keep.age = std::chrono::seconds(1);
    CHECK(kept.store.tidy(keep, at_second(2000000)) == 5);
    CHECK(kept.store.span().last == 0);
    CHECK(kept.store.span().last_ever == 5);
    kept.add(6, 6);
    CHECK(kept.store.span().first == 6);
}

TEST_CASE("a page costs the same with a hundred thousand entries: it goes by the primary key") {
    Kept kept;
    kept.add(1, 1);
    Database database(kept.path, 3, "");
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO entry SELECT i, 'id-' || i, topic, accepted_at, sent_at, rule, service, title, 'text ' || i, "
        "link, "
        "icon, secondary_icon, agent, usernames, packages, objects, long_form, raw FROM n, entry WHERE id = 1");
    const auto middle = kept.store.older_than(50001, 50);
    CHECK(middle.size() == 50);
    CHECK(middle.front().line.text == "text 50000");
    CHECK(kept.store.span().last == 100000);
    for (const auto query : {timeline_queries::older, timeline_queries::newer, timeline_queries::one,
                             timeline_queries::raw, timeline_queries::first, timeline_queries::last}) {
        auto plan = database.prepare("EXPLAIN QUERY PLAN " + fmt::format(fmt::runtime(query), "*"));
        std::string text;
        while (plan.step()) text += std::string(plan.text(3)) + "\n";
        INFO(query << "\n" << text);
        const bool is_end = query == timeline_queries::first || query == timeline_queries::last;
        // The two ends are a scan that stops at its first row, since the order is the key's own.
        if (!is_end) CHECK(text.find("USING INTEGER PRIMARY KEY") != std::string::npos);
        CHECK(text.find("TEMP B-TREE") == std::string::npos);
    }
}

TEST_CASE("a batch that cannot be stored leaves nothing behind") {
    Kept kept;
    kept.add(1, 1);
    Database other(kept.path, 3, "");
    other.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON entry WHEN NEW.message_id = 'id-3' "
        "BEGIN SELECT RAISE(ABORT, 'no room'); END");
    CHECK_THROWS_AS(kept.add(2, 4), DatabaseError);
    other.execute("DROP TRIGGER refuse");
    CHECK(kept.store.span().last == 1);
    CHECK(kept.add(2, 4) == 3);
}
