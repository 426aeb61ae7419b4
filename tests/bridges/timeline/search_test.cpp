// Searches that would take long: they give what they found in their time, and go on where they stopped.
#include "bridges/timeline/timeline_search.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/list_view.h"
#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/pages.h"
#include "tests/support/http_call.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;
using nlohmann::json;
using Ids = std::vector<std::int64_t>;

namespace {

const auto no_time = 0us;

// More entries than one look takes, in more than one block; every 5,000th is of `rare`, all others of `git`.
struct Full {
    static constexpr int entries = 20000;

    Full() {
        for (int first = 1; first <= entries; first += 2000) {
            std::vector<std::shared_ptr<const Message>> messages;
            std::vector<std::shared_ptr<Line>> lines;
            std::vector<TimelineArrival> arrivals;
            for (int i = first; i < first + 2000; ++i) {
                messages.push_back(message(fmt::format("id-{}", i)));
                lines.push_back(std::make_shared<Line>());
                lines.back()->service = i % 5000 == 0 ? "rare" : "git";
                lines.back()->title = "git.push";
                lines.back()->text = "pushed";
                arrivals.push_back({*messages.back(), *lines.back(), at_second(1385298000 + i)});
            }
            store.insert(arrivals);
        }
    }
    PageAnswer get(const std::string& target) {
        const PageRequest request{target};
        return site.answer(request);
    }

    TempFolder folder;
    TimelineSettings settings;
    TimelineStore store{folder / "timeline.sqlite"};
    Site site{settings, store};
};

TimelineFilter filter(const std::string& query) {
    return TimelineFilter::read(PageTarget::parse("/?" + query).value()).filter;
}

Ids ids(const TimelineStore::Entries& entries) {
    Ids out;
    for (const auto& entry : entries) out.push_back(entry.id);
    return out;
}

std::string whole_body(const PageAnswer& answer) {
    if (!answer.pieces) return answer.body;
    std::string body;
    while (const auto piece = answer.pieces()) body += *piece;
    return body;
}

}  // namespace

TEST_CASE("a search without time looks at a stretch, and whoever goes on where it stopped finds all") {
    Full full;
    for (const auto* query : {"not_category=git", "contains=git-push&not_category=git"}) {
        INFO(query);
        Ids found;
        std::int64_t place = 1LL << 40U;
        int looks = 0;
        for (bool is_more = true; is_more; ++looks) {
            const auto stretch = full.store.older(place, 50, filter(query), WorkTime(no_time));
            for (const auto id : ids(stretch.entries)) found.push_back(id);
            is_more = stretch.stopped_at.has_value();
            if (is_more) {
                CHECK(*stretch.stopped_at < place);
                place = *stretch.stopped_at;
            }
        }
        CHECK(found == Ids{20000, 15000, 10000, 5000});
        CHECK(looks > 3);
        CHECK(ids(full.store.older_than(1LL << 40U, 50, filter(query))) == found);
    }
}

TEST_CASE("what is rare by a name or a word is found at once, whatever else is asked for") {
    Full full;
    for (const auto* query : {"category=rare", "category=rare&contains=pushed", "category=rare&not_user=nobody"}) {
        INFO(query);
        const auto stretch = full.store.older(1LL << 40U, 50, filter(query), WorkTime(no_time));
        CHECK(ids(stretch.entries) == Ids{20000, 15000, 10000, 5000});
        CHECK_FALSE(stretch.stopped_at);
    }
}

TEST_CASE("a search goes on likewise towards the newer ones") {
    Full full;
    Ids found;
    std::int64_t place = 0;
    for (bool is_more = true; is_more;) {
        const auto stretch = full.store.newer(place, 50, filter("not_category=git"), WorkTime(no_time));
        const auto some = ids(stretch.entries);
        found.insert(found.begin(), some.begin(), some.end());
        is_more = stretch.stopped_at.has_value();
        if (is_more) {
            CHECK(*stretch.stopped_at > place);
            place = *stretch.stopped_at;
        }
    }
    CHECK(found == Ids{20000, 15000, 10000, 5000});
}

TEST_CASE("a full page ends a search without a word about time") {
    Full full;
    const auto stretch = full.store.older(1LL << 40U, 50, filter("category=git"), WorkTime(no_time));
    CHECK(stretch.entries.size() == 50);
    CHECK_FALSE(stretch.stopped_at);
}

TEST_CASE("a file whose index knows no blocks gets a new one, a piece at a time") {
    Full full;
    {
        Database database(full.folder / "timeline.sqlite", 3, "");
        database.execute("PRAGMA user_version = 2");
    }
    TimelineStore store(full.folder / "timeline.sqlite");
    CHECK_FALSE(store.is_indexed());
    CHECK(ids(store.older_than(1LL << 40U, 50, filter("category=rare"))).empty());
    CHECK(store.index_more(6000) == 6000);
    CHECK(ids(store.older_than(1LL << 40U, 50, filter("category=rare"))) == Ids{20000, 15000});
    while (store.index_more(6000) > 0) {
    }
    CHECK(store.is_indexed());
    CHECK(ids(store.older_than(1LL << 40U, 50, filter("category=rare"))) == Ids{20000, 15000, 10000, 5000});
    Database database(full.folder / "timeline.sqlite", 3, "");
    CHECK(database.ask("SELECT count(*) FROM entry_index WHERE entry_index MATCH 'marks : b1'") == "4096");
    CHECK_NOTHROW(database.execute("INSERT INTO entry_index (entry_index) VALUES ('integrity-check')"));
}

TEST_CASE("a page and a feed whose search was broken off lead on") {
    ListPage page;
    page.filter = filter("category=rare");
    page.is_front = true;
    page.older = 4242;
    page.is_stopped = true;
    const auto html = list_view({}, page);
    CHECK(html.find("href=\"./?category=rare&amp;before=4242\"") != std::string::npos);
    CHECK(html.find("Nothing found so far") != std::string::npos);
    FeedPage feed;
    feed.filter = page.filter;
    feed.stopped_at = 4242;
    CHECK(feed.next({}, "feed.atom") == "http://127.0.0.1:8080/feed.atom?category=rare&before=4242");
}

TEST_CASE("a front page whose search found nothing in its time asks for what is newer, not for all") {
    Full full;
    full.store.set_search_time(no_time);
    const std::string query = "not_category=git&not_category=rare";
    for (const std::string& target : {"/?" + query, "/?grouped=true&" + query}) {
        const auto page = full.get(target).body;
        CHECK(page.find("Nothing found so far") != std::string::npos);
        CHECK(page.find("data-last=\"20000\"") != std::string::npos);
    }
    CHECK(json::parse(full.get("/events.json?since=20000&" + query).body)["gap"] == false);
    // The newest row is where a page with rows goes on from, though newer entries came of what it does not show.
    CHECK(full.get("/?not_category=rare").body.find("data-last=\"19999\"") != std::string::npos);
}

TEST_CASE("an API's list that ran out of time leads on, empty or not, and who follows gets all") {
    Full full;
    full.store.set_search_time(no_time);
    const auto [relation, begin, wanted] = GENERATE(table<std::string, std::string, Ids>({
        {"next", "&max_id=" + MastodonView::status_id(15000), {5000, 10000}},
        {"prev", "&min_id=" + MastodonView::status_id(5000), {10000, 15000, 20000}},
    }));
    std::string target = "/api/v1/timelines/public?not_category=git" + begin;
    std::vector<std::string> found;
    int empty = 0;
    while (!target.empty()) {
        const auto answer = full.get(target);
        const auto list = json::parse(answer.body);
        if (list.empty()) ++empty;
        for (const auto& status : list) found.push_back(status["id"]);
        const auto address = linked(answer, relation);
        target = address.empty() ? "" : without_origin(address);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> all;
    for (const auto entry : wanted) all.push_back(MastodonView::status_id(entry));
    CHECK(found == all);
    CHECK(empty == 2);  // the first too
}

TEST_CASE("what is passed over is that nearest to the bound, and not read") {
    Full full;
    const auto read = [&full](TimelineStore::Order order, const std::string& query) {
        return ids(full.store.read(order, {100, 19001}, {2, 1}, filter(query), WorkTime::unlimited()).entries);
    };
    CHECK(read(TimelineStore::Order::newest_first, "") == Ids{18999, 18998});
    CHECK(read(TimelineStore::Order::oldest_first, "") == Ids{103, 102});
    CHECK(read(TimelineStore::Order::newest_first, "category=rare") == Ids{10000, 5000});
    CHECK(read(TimelineStore::Order::oldest_first, "category=rare") == Ids{15000, 10000});
}

TEST_CASE("a search for very many words is refused before it is begun") {
    std::string words = "a";
    for (std::size_t i = 1; i < TimelineFilter::most_words; ++i) words += "-a";
    const auto read = [](const std::string& query) {
        return TimelineFilter::read(PageTarget::parse("/?" + query).value());
    };
    CHECK(read("contains=" + words).mistake.empty());
    const auto mistake = read("contains=" + words + "&not_contains=b").mistake;
    CHECK(mistake.find("“not_contains”") != std::string::npos);
    CHECK(mistake.find("at most 32") != std::string::npos);
}

TEST_CASE("counting in steps gives the same page and the same sum as counting at once") {
    Full full;
    const auto order = GENERATE(TimelineStore::Order::newest_first, TimelineStore::Order::oldest_first);
    const auto skipped = GENERATE(0, 2, 3);
    for (const auto& [query, total] : std::vector<std::pair<std::string, std::int64_t>>{{"category=rare", 4},
                                                                                        {"category=git", 19996},
                                                                                        {"contains=pushed", 20000},
                                                                                        {"", 20000},
                                                                                        {"user=nobody", 0}}) {
        INFO(query << ' ' << skipped);
        auto at_once = full.store.slice(filter(query), order, skipped, 10);
        CHECK(at_once.count_on(WorkTime::unlimited()));
        auto in_steps = full.store.slice(filter(query), order, skipped, 10);
        while (!in_steps.count_on(WorkTime(no_time))) {
        }
        CHECK(at_once.total() == total);
        CHECK(in_steps.total() == total);
        CHECK(in_steps.ids() == at_once.ids());
        CHECK(at_once.ids().size() == static_cast<std::size_t>(std::clamp<std::int64_t>(total - skipped, 0, 10)));
    }
}

TEST_CASE("remembered counts stay right while entries come and go") {
    Full full;
    const auto total = [&full] {
        auto slice = full.store.slice(filter("category=git"), TimelineStore::Order::newest_first, 0, 1);
        slice.count_on(WorkTime::unlimited());
        return slice.total();
    };
    CHECK(total() == 19996);
    CHECK(total() == 19996);
    const auto line = full_line("one more", "git");
    full.store.insert({{*message("more"), *line, at_second(1385398000)}});
    CHECK(total() == 19997);
    TimelineStore::Keep keep;
    keep.entries = 19001;
    while (full.store.tidy(keep, at_second(0)) > 0) {
    }
    CHECK(full.store.span().first == 1001);
    CHECK(total() == 18997);
    keep.entries = 3001;
    while (full.store.tidy(keep, at_second(0)) > 0) {
    }
    CHECK(total() == 3000);
}

TEST_CASE("an answer that takes its time is the same in pieces") {
    Full full;
    const auto body = json::parse(whole_body(full.get("/raw?category=git&rows_per_page=3&page=4")));
    CHECK(body["total"] == 19996);
    CHECK(body["pages"] == 6666);
    CHECK(body["raw_messages"].size() == 3);
    CHECK(body["raw_messages"][0]["msg_id"] == "id-19990");
}
