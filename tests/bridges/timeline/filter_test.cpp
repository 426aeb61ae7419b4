// What filters let through, and how pages show them.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "bot/core/topic.h"
#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/live_timeline.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

TimelineFilter filter(const std::string& query) {
    auto reading = TimelineFilter::read(PageTarget::parse("/?" + query).value());
    INFO(reading.mistake);
    CHECK(reading.mistake.empty());
    return reading.filter;
}

struct Filtered {
    TempFolder folder;
    std::filesystem::path path = folder / "timeline.sqlite";
    TimelineSettings settings;
    TimelineStore store{path};
    Site site{settings, store};
    int count = 0;

    void add(const std::string& topic, const std::string& text, std::vector<std::string> packages,
             std::vector<std::string> users) {
        const auto message = message_of(fmt::format(R"({{"topic":"{}","msg_id":"id-{}","msg":{{}}}})", topic, ++count));
        auto line = full_line(text, std::string(topic_service(topic)));
        line->title = topic_title(topic);
        line->packages = std::move(packages);
        line->usernames = std::move(users);
        line->agent = line->usernames.empty() ? "" : line->usernames.front();
        store.insert({{*message, *line, at_second(1385298000 + count)}});
    }
    void add_some() {
        add("org.fedoraproject.prod.git.receive", "ralph pushed to kernel (rawhide). \"Fix the door\"", {"kernel"},
            {"ralph"});  // 1
        add("org.fedoraproject.prod.bodhi.update.comment", "toshio commented on python-fedmsg-0.7.1-1.fc20",
            {"python-fedmsg"}, {"toshio", "lmacken"});  // 2
        add("org.fedoraproject.stg.git.receive", "ralph pushed to fedmsg (devel). \"Test\"", {"fedmsg"},
            {"ralph"});  // 3
        add("org.fedoraproject.prod.buildsys.build.state.change", "kevin's kernel-3.12 failed", {"kernel"},
            {"kevin"});                                                                            // 4
        add("org.fedoraproject.prod.wiki.article.edit", "Ünïcode made an edit to Türen", {}, {});  // 5
    }
    std::vector<std::int64_t> ids(const std::string& query) {
        std::vector<std::int64_t> out;
        for (const auto& entry : store.older_than(1LL << 40U, 100, filter(query))) out.push_back(entry.id);
        return out;
    }
    PageAnswer get(const std::string& target) {
        const PageRequest request{target};
        return site.answer(request);
    }
};

using Ids = std::vector<std::int64_t>;

bool has(const PageAnswer& answer, const std::string& text) { return answer.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("filters find by topic, service, package, user and words, combined and negated") {
    Filtered filtered;
    filtered.add_some();
    const auto [query, expected] = GENERATE(table<std::string, Ids>({
        {"", {5, 4, 3, 2, 1}},
        {"topic=git.receive", {3, 1}},
        {"topic=org.fedoraproject.stg.%23", {3}},
        {"topic=git.%23&topic=bodhi.%23", {3, 2, 1}},
        {"not_topic=*.stg.%23", {5, 4, 2, 1}},
        {"topic=%23", {5, 4, 3, 2, 1}},
        {"topic=no.such", {}},
        {"category=git", {3, 1}},
        {"category=git&category=wiki", {5, 3, 1}},
        {"not_category=git", {5, 4, 2}},
        {"package=kernel", {4, 1}},
        {"package=Kernel", {4, 1}},
        {"package=kern", {}},
        {"user=lmacken", {2}},
        {"user=ralph&package=kernel", {1}},
        {"user=ralph&not_package=kernel", {3}},
        {"not_user=ralph&not_user=toshio", {5, 4}},
        {"contains=pushed", {3, 1}},
        {"contains=pushed+kernel", {1}},
        {"contains=python-fedmsg", {2}},
        {"contains=fedmsg-python", {}},
        {"contains=turen", {5}},
        {"contains=UNICODE", {5}},
        {"not_contains=pushed&not_contains=commented", {5, 4}},
        {"contains=%22door%22", {1}},
        {"contains=words+%3A+door+NOT+x", {}},
        {"contains=%22", {}},
        {"contains=every", {}},
        {"user=&package=&contains=+", {5, 4, 3, 2, 1}},
        {"start=1385298003", {5, 4, 3}},
        {"end=2013-11-24T13:00:02Z", {2, 1}},
        {"start=1385298002.5&delta=2", {4, 3, 2}},
        {"end=1385298003&delta=1&category=git", {3}},
        {"delta=60", {}},
        {"start=2013-11-24&end=2013-11-25&user=ralph", {3, 1}},
        {"start=2014-01-01", {}},
    }));
    INFO(query);
    CHECK(filtered.ids(query) == expected);
    CHECK(filtered.ids(filter(query).query()) == expected);
    const auto newer = filtered.store.newer_than(0, 100, filter(query));
    CHECK(newer.size() == expected.size());
}

TEST_CASE("no value breaks a query, whatever it holds") {
    Filtered filtered;
    filtered.add_some();
    for (const auto* value : {"%27", "%22%22%22", "*", "(", ")", "%00a", "%ff", "a%00b", "NEAR(", "^x", "-", "{a}:b",
                              "marks+%3A+every", "%E2%80%AE", "OR", "x+OR+y", "%5c", ";--", "%25"})
        for (const auto* name : {"topic", "category", "package", "user", "contains", "not_contains", "not_user"}) {
            const auto target = fmt::format("/?{}={}", name, value);
            INFO(target);
            const auto status = filtered.get(target).status;
            CHECK((status == 200 || (status == 400 && std::string(name) == "topic")));
        }
}

TEST_CASE("a filter is bounded") {
    std::string query;
    for (std::size_t i = 0; i < TimelineFilter::most_terms; ++i) query += fmt::format("user=u{}&", i);
    CHECK(filter(query).terms().size() == TimelineFilter::most_terms);
    CHECK(filter(query + "user=u1").terms().size() == TimelineFilter::most_terms);
    const auto reading = TimelineFilter::read(PageTarget::parse("/?" + query + "package=x").value());
    CHECK(reading.mistake.find("“package”") != std::string::npos);
    CHECK(filter(query).with({FilterField::package, false, "x"}).query() == filter(query).query());
}

TEST_CASE("pages and feeds keep the filter, and chips take a part of it away") {
    Filtered filtered;
    for (int i = 0; i < 120; ++i)
        filtered.add("org.fedoraproject.prod.git.receive", fmt::format("ralph pushed {}.", i),
                     {i % 2 == 0 ? "even" : "odd"}, {"ralph"});
    const auto front = filtered.get("/?package=odd&user=ralph&contains=a%26b");
    CHECK(has(front, "No results for <bdi>odd, ralph, a&amp;b</bdi>"));
    CHECK(has(front,
              "href=\"./?package=odd&amp;user=ralph&amp;not_contains=a%26b\" title=\"Show all but these\">except"));
    CHECK(has(front, "href=\"./?package=odd&amp;user=ralph\" title=\"Remove this filter\""));
    CHECK(has(front, "name=\"contains\" type=\"search\" value=\"a&amp;b\""));
    const auto odd = filtered.get("/?package=odd&not_user=toshio");
    CHECK(has(odd, "pushed 119."));
    CHECK_FALSE(has(odd, "pushed 118."));
    CHECK(has(odd, "href=\"./?package=odd&amp;not_user=toshio&amp;before=22\">Older"));
    CHECK(has(odd, "href=\"./?package=odd&amp;user=toshio\" title=\"Show these only\">only"));
    CHECK(has(odd, "href=\"feed.atom?package=odd&amp;not_user=toshio\""));
    CHECK(has(odd, "<input type=\"hidden\" name=\"not_user\" value=\"toshio\">"));
    CHECK(has(odd, "href=\"./?package=odd&amp;not_user=toshio&amp;user=ralph\""));
    CHECK(odd.has_form);
    const auto older = filtered.get("/?package=odd&not_user=toshio&before=22");
    CHECK(has(older, "pushed 19."));
    CHECK(has(older, "after=20\">Newer"));
    CHECK_FALSE(has(older, ">Older<"));
    const auto back = filtered.get("/?package=odd&after=20");
    CHECK(has(back, "pushed 119."));
    CHECK(has(back, "pushed 21."));
    CHECK(has(back, ">Older<"));
    CHECK_FALSE(has(back, ">Newer<"));
    const auto feed = filtered.get("/feed.atom?package=odd");
    CHECK(has(feed, "pushed 119."));
    CHECK_FALSE(has(feed, "pushed 118."));
    CHECK(has(filtered.get("/m/1"), "href=\"../?package=even\""));
}

TEST_CASE("what is no longer kept is no longer found, nor its topic") {
    Filtered filtered;
    filtered.add_some();
    TimelineStore::Keep keep;
    keep.entries = 2;
    CHECK(filtered.store.tidy(keep, at_second(0)) == 3);
    CHECK(filtered.ids("category=git") == Ids{});
    CHECK(filtered.ids("topic=git.%23") == Ids{});
    CHECK(filtered.ids("contains=kernel") == Ids{4});
    CHECK(filtered.ids("not_user=x") == Ids{5, 4});
    Database database(filtered.path, 3, "");
    CHECK(database.ask("SELECT count(*) FROM topic") == "2");
    CHECK_NOTHROW(database.execute("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')"));
}

TEST_CASE("a timeline of the format before is taken over in place, a bounded piece at a time") {
    Filtered filtered;
    filtered.add_some();
    {
        Database database(filtered.path, 3, "");
        database.execute("DROP TABLE entry_index; DROP TABLE topic; DROP TABLE indexed; PRAGMA user_version = 1");
    }
    TimelineStore store(filtered.path);
    const auto found = [&store](const std::string& query) {
        Ids out;
        for (const auto& entry : store.older_than(1LL << 40U, 100, filter(query))) out.push_back(entry.id);
        return out;
    };
    CHECK_FALSE(store.is_indexed());
    CHECK(found("category=git") == Ids{});
    CHECK(found("") == Ids{5, 4, 3, 2, 1});
    const auto line = full_line("new one", "git");
    store.insert({{*message("id-new"), *line, at_second(1385299000)}});
    CHECK(found("category=git") == Ids{6});
    CHECK(store.index_more(3) == 3);
    CHECK(found("category=git") == Ids{6, 3});
    TimelineStore::Keep keep;
    keep.entries = 5;  // number 1 goes before it was ever indexed
    CHECK(store.tidy(keep, at_second(0)) == 1);
    {
        TimelineStore again(filtered.path);  // goes on where the other stopped
        CHECK_FALSE(again.is_indexed());
        CHECK(again.index_more(3) == 1);
        CHECK(again.index_more(3) == 0);
        CHECK(again.is_indexed());
    }
    CHECK(found("not_category=wiki") == Ids{6, 4, 3, 2});
    Database database(filtered.path, 3, "");
    CHECK_NOTHROW(database.execute("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')"));
}

TEST_CASE("a running timeline takes over what it finds, and serves meanwhile") {
    const auto prepare = [](const std::filesystem::path& folder) {
        {
            TimelineStore store(folder / "timeline.sqlite");
            for (int i = 0; i < 500; ++i)
                store.insert({{*message(fmt::format("old-{}", i)), *full_line("text"), at_second(1385298000 + i)}});
        }
        Database database(folder / "timeline.sqlite", 3, "");
        database.execute("DROP TABLE entry_index; DROP TABLE topic; DROP TABLE indexed; PRAGMA user_version = 1");
    };
    LiveTimeline timeline({}, {}, prepare);
    CHECK(eventually([&timeline] {
        const auto answer = http_call(timeline.port(), "GET", "/?user=ralph&before=30");
        return answer.status == 200 && answer.body.find("id=\"m1\"") != std::string::npos &&
               answer.body.find("still being indexed") == std::string::npos;
    }));
}
