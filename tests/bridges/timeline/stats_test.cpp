#include "bridges/timeline/stats.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bridges/timeline/site.h"
#include "tests/bridges/timeline/live_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;
using namespace std::chrono_literals;

namespace {

struct Counted {
    TempFolder folder;
    TimelineSettings settings;
    TimelineStore store{folder / "timeline.sqlite"};
    Site site{settings, store};
    SystemTime now = std::chrono::system_clock::now();
    int number = 0;

    void add(const Line& line, std::chrono::seconds ago = 0s) {
        const auto sent = message(fmt::format("id-{}", ++number));
        store.insert({{*sent, line, now - ago}});
    }
    PageAnswer get(const std::string& target) {
        const PageRequest request{target};
        return site.answer(request);
    }
    nlohmann::json json(const std::string& query = "") {
        return nlohmann::json::parse(get("/stats.json" + query).body);
    }
};

Line line(std::string service, std::string title, std::string text, std::vector<std::string> packages = {},
          std::vector<std::string> usernames = {}) {
    Line line;
    line.service = std::move(service);
    line.title = std::move(title);
    line.text = std::move(text);
    line.packages = std::move(packages);
    line.usernames = std::move(usernames);
    return line;
}

std::int64_t sum(const nlohmann::json& bars) {
    std::int64_t sum = 0;
    for (const auto& bar : bars) sum += bar["messages"].get<std::int64_t>();
    return sum;
}

}  // namespace

TEST_CASE("the numbers count messages by hour, day, outcome and names, and duplicates not at all") {
    Counted counted;
    counted.add(
        line("buildsys", "buildsys.build.state.change", "ralph's kernel-3.1 failed to build", {"kernel"}, {"ralph"}));
    counted.add(line("buildsys", "buildsys.build.state.change", "ralph's kernel-3.2 completed", {"kernel"}, {"ralph"}));
    counted.add(line("git", "git.receive", "toshio pushed", {"python-six"}, {"toshio"}));
    counted.add(line("git", "git.receive", "toshio pushed", {"python-six"}, {"toshio"}), 24h * 3);
    counted.add(line("git", "git.receive", "long ago"), 24h * 20);
    const auto again = message("id-1");
    counted.store.insert({{*again, line("buildsys", "buildsys.build.state.change", "once more"), counted.now}});

    const auto week = counted.json();
    CHECK(week["messages"] == 4);
    CHECK(week["outcome"] == nlohmann::json{{"failed", 1}, {"other", 3}});
    CHECK(sum(week["by_day"]) == 5);
    CHECK(week["by_day"].size() == 90);
    CHECK(sum(week["by_hour"]) == 3);
    CHECK(week["by_hour"].size() == 48);
    CHECK(week["category"][0] == nlohmann::json{{"name", "buildsys"}, {"messages", 2}});
    CHECK(week["topic"].size() == 2);
    CHECK(week["package"][1] == nlohmann::json{{"name", "python-six"}, {"messages", 2}});
    CHECK(week["user"][0] == nlohmann::json{{"name", "ralph"}, {"messages", 2}});
    CHECK(counted.json("?days=1")["messages"] == 3);
    CHECK(counted.json("?days=35")["messages"] == 5);
}

TEST_CASE("the page of numbers links its names to their views, and says when there are none") {
    Counted counted;
    CHECK(counted.get("/stats").body.find("No messages in 7 days.") != std::string::npos);
    counted.add(line("git", "git.receive", "x", {"<b>&\"'"}, {"a b"}));
    const auto page = counted.get("/stats");
    CHECK(page.status == 200);
    CHECK(page.body.find("1 message in 7 days") != std::string::npos);
    CHECK(page.body.find("href=\"./?category=git\"") != std::string::npos);
    CHECK(page.body.find("<b>&") == std::string::npos);
    CHECK(page.body.find("href=\"./?user=a%20b\"") != std::string::npos);
    CHECK(page.body.find("style=") == std::string::npos);  // the policy of the page forbids it
}

TEST_CASE("a wrong number of days is named") {
    Counted counted;
    const auto days = GENERATE(as<std::string>(), "", "0", "-1", "36", "x", "7.5", "99999999999999999999");
    for (const auto* path : {"/stats?days=", "/stats.json?days="}) {
        const auto answer = counted.get(path + days);
        CHECK(answer.status == 400);
        CHECK(answer.body.find("days") != std::string::npos);
        CHECK(answer.type.starts_with(path[6] == '.' ? "application/json" : "text/html"));
    }
}

TEST_CASE("sums over any number of days are those of the days") {
    Counted counted;
    for (const int days : {0, 1, 1, 300}) counted.add(line("git", "git.receive", "x"), 24h * days);
    for (const int days : {0, 39}) counted.add(line("bodhi", "bodhi.update", "x"), 24h * days);
    auto& tallies = counted.store.tallies();
    const auto today = TimelineTallies::day_of(counted.now);
    const auto sums = tallies.sums(TallyKind::service, today - 299, today, 10);
    REQUIRE(sums.size() == 2);
    CHECK((sums[0].name == "git" && sums[0].messages == 3));
    CHECK((sums[1].name == "bodhi" && sums[1].messages == 2));
    CHECK(tallies.sums(TallyKind::service, 0, today, 1).at(0).messages == 4);
}

TEST_CASE("names without end are counted together") {
    Counted counted;
    std::vector<std::shared_ptr<const Message>> messages;
    std::vector<Line> lines;
    std::vector<TimelineArrival> arrivals;
    const auto most = static_cast<int>(TimelineTallies::most_names);
    for (int i = 0; i < most + 100; ++i) {
        messages.push_back(message(fmt::format("m-{}", i)));
        lines.push_back(line("git", "git.receive", "x", {fmt::format("package-{}", i)}));
    }
    for (std::size_t i = 0; i < messages.size(); ++i) arrivals.push_back({*messages[i], lines[i], counted.now});
    counted.store.insert(arrivals);
    auto& tallies = counted.store.tallies();
    const auto today = TimelineTallies::day_of(counted.now);
    CHECK(tallies.top(TallyKind::package, today, today, 2000).size() == TimelineTallies::most_names);
    CHECK(tallies.buckets(TallyKind::package, today, today).at(0).messages == most + 100);
    CHECK(counted.json()["messages"] == most + 100);
}

TEST_CASE("old numbers are forgotten, and the numbers outlive their messages") {
    Counted counted;
    counted.add(line("git", "git.receive", "x", {"old"}), 24h * 40);
    counted.add(line("git", "git.receive", "x", {"new"}));
    TimelineStore::Keep keep;
    keep.age = 1s;
    CHECK(counted.store.tidy(keep, counted.now + 1h) == 2);
    auto& tallies = counted.store.tallies();
    const auto today = TimelineTallies::day_of(counted.now);
    CHECK(tallies.buckets(TallyKind::package, 0, today).size() == 1);
    CHECK(tallies.buckets(TallyKind::hour, 0, today * 24 + 24).size() == 1);
    CHECK(tallies.buckets(TallyKind::service, 0, today).size() == 2);
    tallies.tidy(counted.now + 24h * 500);
    CHECK(tallies.buckets(TallyKind::service, 0, today).empty());
}

TEST_CASE("what a failed delivery counted is counted once when it comes again") {
    Counted counted;
    const auto sent = message("once");
    const auto one = line("git", "git.receive", "x");
    counted.store.tallies().add({*sent, one, counted.now});  // and the transaction failed
    counted.add(one);
    CHECK(counted.json()["messages"] == 1);
}
